"""The shape of the configuration: every key, its form and its description.

`sources.schema.json` and the check of docs/configuration.md are made of these
models. A key that may be left out has None here; its default stands in
`aggregator.core.settings` and `aggregator.core.model.source`.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from aggregator.edges.config.forms import (
    BaseUrl,
    Consent,
    Contact,
    Count,
    Date,
    Duration,
    Embargo,
    Flag,
    HeaderName,
    HeaderValue,
    Hub,
    Iri,
    Keeping,
    Language,
    Line,
    ListPlace,
    Name,
    Percent,
    Phrase,
    Port,
    Proxy,
    PublicUrl,
    Regex,
    Size,
    Slug,
    Span,
    Store,
    Tag,
    Template,
    Url,
    Weight,
    Zone,
)

Mode = Literal["full", "excerpt", "headline"]
Preset = Literal[
    "full",
    "excerpt",
    "headline",
    "cc0",
    "cc-by",
    "cc-by-sa",
    "cc-by-nd",
    "cc-by-nc",
    "cc-by-nc-sa",
    "cc-by-nc-nd",
]


def _key(description: str) -> Any:  # noqa: ANN401  a field's default has the field's type
    return Field(default=None, description=description)


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _switched(value: object) -> object:
    if isinstance(value, str):
        raise ValueError("must be true, false, or keys with values")  # noqa: TRY004  as pydantic asks
    return {"enabled": value} if isinstance(value, bool) else value


def _preset(value: object) -> object:
    return {"preset": value} if isinstance(value, str) else value


def _addressed(value: object) -> object:
    if not isinstance(value, str | dict):
        raise ValueError("is no source; write a URL, or keys of which url is one")  # noqa: TRY004  as pydantic asks
    return {"url": value} if isinstance(value, str) else value


def _included(value: object) -> object:
    return {"path": value} if isinstance(value, str) else value


def _several(value: object) -> object:
    if isinstance(value, dict):
        return [value]
    if not isinstance(value, list):
        raise ValueError("must be keys with values, or a list of such")  # noqa: TRY004  as pydantic asks
    return value


class _Shape(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


Patterns = Annotated[
    list[Regex], BeforeValidator(_listed, json_schema_input_type=Regex | list[Regex])
]
Phrases = Annotated[
    list[Phrase], BeforeValidator(_listed, json_schema_input_type=Phrase | list[Phrase])
]
Select = Annotated[
    dict[str, Line],
    BeforeValidator(
        lambda value: {"item": value} if isinstance(value, str) else value,
        json_schema_input_type=Line | dict[str, Line],
    ),
]


class Match(_Shape):
    """What a report is compared with; it matches when every key that is written does."""

    title: Patterns | None = _key("Regular expressions, one of which is found in the title.")
    text: Patterns | None = _key("Regular expressions, one of which is found in the text.")
    link: Patterns | None = _key("Regular expressions, one of which is found in the link.")
    author: Patterns | None = _key("Regular expressions, one of which is found in an author.")
    category: Patterns | None = _key("Regular expressions, one of which is found in a category.")
    words: Phrases | None = _key(
        "Words or phrases, one of which stands in the title or the text, in any of its forms."
    )
    tags: list[Tag] | None = _key("Tags, one of which the source bears.")
    sources: list[Slug] | None = _key("Ids of sources.")
    languages: list[Language] | None = _key("Languages, one of which the report is in.")


Matches = Annotated[
    list[Match], BeforeValidator(_several, json_schema_input_type=Match | list[Match])
]


class Filters(_Shape):
    """Which reports are taken; of several matches, one is enough."""

    include: Matches | None = _key("Only reports that match are taken.")
    exclude: Matches | None = _key("Reports that match are left out, also of what is included.")


class Newsfeed(_Shape):
    """What the newsfeed is called and how it is cut."""

    title: Name | None = _key("The newsfeed's title. Default: Day newsfeed.")
    id: Iri | None = _key("The newsfeed's permanent id, an IRI. Default: minted once, remembered.")
    base_url: BaseUrl | None = _key(
        "Where readers reach the published folder. Default: http://127.0.0.1:8080/."
    )
    timezone: Zone | None = _key("The zone in which a day begins and ends. Default: UTC.")
    language: Language | None = _key("The language of the newsfeed's own words. Default: en.")
    items: Count | None = _key("How many stories the live feed holds. Default: 200.")
    max_share: Percent | None = _key("One source's largest share of a full feed. Default: 25%.")
    close_after: Duration | None = _key("A day closes this long after its end. Default: 6h.")
    contact: Contact | None = _key(
        "A URL or mail address by which publishers reach you; goes into the User-Agent. No default."
    )


class Polling(_Shape):
    """How sources are asked."""

    interval: Span | None = _key("The first guess at a source's rhythm. Default: 60m.")
    min_interval: Span | None = _key("No source is asked oftener. Default: 30m.")
    max_interval: Span | None = _key("No source is asked more seldom. Default: 24h.")
    deadline: Span | None = _key("From connecting to the last byte. Default: 60s.")
    max_body: Size | None = _key("The largest feed, decompressed. Default: 10MB.")
    per_host: Count | None = _key("Requests in flight to one host. Default: 1.")
    host_spacing: Duration | None = _key(
        "The pause between two requests to one registrable domain. Default: 1s."
    )
    allow_private_networks: Flag | None = _key(
        "Whether sources may lie on private addresses. Default: false."
    )


class Publish(_Shape):
    """Where the files go."""

    directory: Line | None = _key(
        "The published folder, under the data folder unless absolute. Default: public."
    )
    also: list[Literal["sources", "tags", "languages"]] | None = _key(
        "Further folders of feeds. Default: sources, tags and languages; [] for none."
    )
    templates: Line | None = _key("A folder of templates that override the page's. No default.")
    hub: Hub | None = _key("The WebSub hub: builtin, or a URL. No default.")


class Serve(_Shape):
    """Where the daemon serves."""

    enabled: Flag | None = _key("Whether the daemon serves. Default: true.")
    host: Line | None = _key("The address to listen on. Default: 127.0.0.1.")
    port: Port | None = _key("The port; 0 takes a free one. Default: 8080.")


class Keep(_Shape):
    """How long things stay."""

    entries: Keeping | None = _key("Reports. Default: 5y.")
    versions: Keeping | None = _key("Earlier versions of reports. Default: 1y.")
    editions: Keeping | None = _key("Published editions. Default: forever.")
    log: Keeping | None = _key("The record of polls. Default: 90d.")


class Include(_Shape):
    """Further sources from elsewhere."""

    path: Line | None = _key("A YAML file or a pattern of them, relative to this file.")
    opml: ListPlace | None = _key("An OPML list of feeds: its URL, or its path.")
    refresh: Span | None = _key("How often a list is asked for again. Default: 24h.")
    tags: list[Tag] | None = _key("Tags for the sources that come from there.")


class Reuse(_Shape):
    """What a source's terms let us show."""

    preset: Preset | None = _key(
        "Terms by name: full, excerpt, headline, or a Creative Commons licence such as cc-by."
    )
    mode: Mode | None = _key("How much is shown. Default: excerpt.")
    max_words: Count | None = _key("The longest excerpt. Default: 40 words of an excerpt.")
    link: Literal["first-passage", "before-text", "after-text"] | None = _key(
        "Where the terms want the link to the article. No default."
    )
    credit: Template | None = _key("The credit line, a template. Default: {source}.")
    notice: Template | None = _key("The copyright notice, a template. No default.")
    license: PublicUrl | None = _key("The URL of the licence or the terms. No default.")
    images: Flag | None = _key("Whether the terms cover images and media. Default: false.")
    derivatives: Consent | None = _key(
        "Whether the terms allow changes; without, a text is shown whole or not at all. "
        "Default: yes."
    )
    embargo: Embargo | None = _key(
        "Nothing is shown before this time, or for this long after a report came. No default."
    )
    delay: Duration | None = _key("Reports are shown this long after their date. No default.")
    until: Date | None = _key("The last day, or the time, of the permission. No default.")
    ai: Consent | None = _key("no reserves use by language models. Default: yes.")


class Source(_Shape):
    """One news source."""

    url: Url = Field(description="The feed's URL, http or https. Needed.")
    id: Slug | None = _key(
        "The source's identity for ever: small letters, digits, hyphens. Default: made of the URL."
    )
    name: Name | None = _key("What the source is called. Default: the feed's own title.")
    homepage: PublicUrl | None = _key("The source's home page. No default.")
    language: Language | None = _key("The language of its reports. Default: what the feed says.")
    tags: list[Tag] | None = _key("Words to sort the source by. No default.")
    interval: Span | None = _key("The first guess at its rhythm. Default: that of polling.")
    aliases: list[Line] | None = _key(
        "Hosts and names under which others credit the source. No default."
    )
    enabled: Flag | None = _key("Whether it is polled. Default: true.")
    kind: Literal["auto", "feed", "sitemap", "page"] | None = _key(
        "What stands at the URL. Default: auto."
    )
    select: Select | None = _key("CSS selectors for a page: of an item, or by part.")
    timezone: Zone | None = _key("The zone of dates that name none. Default: UTC.")
    weight: Weight | None = _key("Its weight when the lead of a story is chosen. Default: 1.")
    max_items: Count | None = _key("How many items of one fetch are read. Default: all.")
    headers: dict[HeaderName, HeaderValue] | None = _key("Further request headers. No default.")
    user_agent: HeaderValue | None = _key("Sent instead of the project's User-Agent. No default.")
    proxy: Proxy | None = _key("The proxy to ask through. Default: that of the environment.")
    check_links: Flag | None = _key(
        "Whether pages of its reports are asked if they are gone (410). Default: false."
    )
    full_text: Flag | None = _key(
        "Whether texts are read from the articles' pages where the feed gives a summary. Default:"
        " false."
    )
    reuse: (
        Annotated[Reuse, BeforeValidator(_preset, json_schema_input_type=Preset | Reuse)] | None
    ) = _key("Its re-use terms, or a preset's name. Default: an excerpt of 40 words.")
    filters: Filters | None = _key("Which of its reports are taken. Default: all.")


class Feed(_Shape):
    """A further feed beside the Day newsfeed."""

    slug: Slug = Field(description="Its folder's name: small letters, digits, hyphens. Needed.")
    title: Name | None = _key("Its title. Default: the slug.")
    include: Matches | None = _key("Only stories with a report that matches stand in it.")
    exclude: Matches | None = _key("Stories whose lead matches do not stand in it.")
    age: Span | None = _key("Only stories younger than this stand in it. Default: of any age.")
    items: Count | None = _key("How many stories it holds. Default: newsfeed.items.")


class Root(_Shape):
    """The configuration of Day newsfeed."""

    newsfeed: Newsfeed = Field(
        default=Newsfeed(), description="What the newsfeed is called and how it is cut."
    )
    polling: Polling = Field(default=Polling(), description="How sources are asked.")
    publish: Publish = Field(default=Publish(), description="Where the files go.")
    serve: Annotated[Serve, BeforeValidator(_switched, json_schema_input_type=bool | Serve)] = (
        Field(default=Serve(), description="Where the daemon serves; false switches it off.")
    )
    store: Store | None = _key("sqlite, or the URL of a PostgreSQL database. Default: sqlite.")
    keep: Keep = Field(default=Keep(), description="How long things stay; forever for ever.")
    include: (
        list[Annotated[Include, BeforeValidator(_included, json_schema_input_type=Line | Include)]]
        | None
    ) = _key("Further sources: YAML files, or OPML lists.")
    filters: Filters | None = _key("Which reports are taken, of all sources. Default: all.")
    sources: (
        list[Annotated[Source, BeforeValidator(_addressed, json_schema_input_type=Url | Source)]]
        | None
    ) = _key("The news sources: URLs, or keys of which url is one. Needed.")
    feeds: list[Feed] | None = _key("Further feeds beside the Day newsfeed.")
