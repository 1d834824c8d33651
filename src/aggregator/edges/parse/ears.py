"""Handlers that hear more of a feed, or hear it better, than feedparser's own.

`feedparser.parse` resolves ids and links, forgets which guid was a permalink,
keeps one `skipHours` hour of many, reads `dc:date` as a change and a photo's
caption as the article, and does not tell a cut document from a sloppy one.
All of that is known while it parses, so we listen there; a second pass over
the document would have to guess which item is which.

This leans on names that feedparser does not document (`feedparser.api`'s two
classes, the `_start_*` and `_end_*` handlers). The risk is a release that
renames them; the version is pinned below 7 and the corpus would fail at once.
Being able to pass subclasses to `feedparser.parse` would make it clean.
"""

from feedparser.mixin import _FeedParserMixin

XML_SPACE = " \t\r\n"
Attributes = dict[str, str]

_AFTER_GRAVE = frozenset({"entry", "item", "deleted-entry"})
_ENDS_OF_GRAVE = frozenset({*_AFTER_GRAVE, "feed", "channel", "rss"})
"""A tombstone that is never closed must not swallow the feed."""


class Ears(_FeedParserMixin):  # type: ignore[misc]  # feedparser has no types
    """The handlers that hear more, or better, than feedparser's own."""

    namespaces = {  # noqa: RUF012  # the shape of feedparser's class attribute
        **_FeedParserMixin.namespaces,
        "http://purl.org/syndication/thread/1.0": "thr",
        "http://news.yandex.ru": "yandex",
        "http://news.yandex.ru/": "yandex",
        "http://purl.org/atompub/tombstones/1.0": "at",
    }
    _matchnamespaces: dict[str, str] = {}  # noqa: RUF012  # filled once by feedparser, not to be shared with it
    resolve_relative_uris = False
    sanitize_html = False
    root = ""
    is_feed = False
    closed = False
    item_depth = 0
    level_base: str | None = None
    permalink: bool | None = None
    in_grave = False

    def unknown_starttag(self, tag: str, attrs: list[tuple[str, str]]) -> None:
        """Remember the first element; what stands in a tombstone is no statement of the feed."""
        self.root = self.root or tag
        self.in_grave = self.in_grave and tag.rpartition(":")[2] not in _AFTER_GRAVE
        if not self.in_grave:
            super().unknown_starttag(tag, attrs)

    def unknown_endtag(self, tag: str) -> None:
        """An end tag without its start must not cost the feed: feedparser trips over some."""
        if self.in_grave and tag.rpartition(":")[2] not in _ENDS_OF_GRAVE:
            return
        depth = self.depth
        try:
            super().unknown_endtag(tag)
        except (KeyError, IndexError, TypeError, ValueError):
            self._leave(depth)

    def _leave(self, depth: int) -> None:
        self.depth = depth - 1
        for stack in (self.basestack, self.langstack):
            del stack[-1:]

    def resolve_uri(self, uri: str) -> str:
        """Leave URLs as written, except where the item's base is not theirs."""
        if self.insource or self.baseuri != self.level_base:
            return str(super().resolve_uri(uri))
        return uri

    # the document

    def _start_rss(self, attrs: Attributes) -> None:
        self.is_feed = True
        super()._start_rss(attrs)

    def _end_rss(self) -> None:
        self.closed = True

    def _end_rdf_rdf(self) -> None:
        self.pop("rdf_rdf")
        self.closed = True

    def _start_feed(self, attrs: Attributes) -> None:
        self.is_feed = True
        self._enter_head()
        super()._start_feed(attrs)

    def _end_feed(self) -> None:
        super()._end_feed()
        self.closed = True

    def _start_channel(self, attrs: Attributes) -> None:
        """RSS has its version by now; the `channel` of a television guide has not."""
        self.is_feed = self.is_feed or bool(self.version) or self.depth == 1
        self._enter_head()
        super()._start_channel(attrs)

    def _enter_head(self) -> None:
        self.level_base = self.baseuri
        self.feeddata["own_base"] = self.baseuri

    def _start_item(self, attrs: Attributes) -> None:
        super()._start_item(attrs)
        self.level_base = self.baseuri
        self.item_depth = self.depth
        self.entries[-1].update(own_base=self.baseuri, own_language=attrs.get("xml:lang"))
        about = self._get_attribute(attrs, "rdf:about")
        if about:
            self.entries[-1]["raw_id"] = about.strip(XML_SPACE)

    _start_entry = _start_item

    def _end_item(self) -> None:
        super()._end_item()
        self.level_base = self.feeddata.get("own_base")
        if self.entries:
            self.entries[-1]["ended"] = True

    _end_entry = _end_item

    def _start_body(self, attrs: Attributes) -> None:
        """Take `body` for content in an item only: whole feeds stand in the body of a page."""
        if self.inentry:
            super()._start_body(attrs)

    def _end_body(self) -> None:
        if self.inentry:
            super()._end_body()

    _start_xhtml_body, _end_xhtml_body = _start_body, _end_body

    # ids and links

    def _start_guid(self, attrs: Attributes) -> None:
        self.permalink = attrs.get("ispermalink", "true").strip().lower() != "false"
        self.guidislink = 0
        self.push("id", 1)

    def _start_id(self, _attrs: Attributes) -> None:
        self.permalink = None
        self.guidislink = 0
        self.push("id", 1)

    def _end_guid(self) -> None:
        raw = self._read_raw("id")
        if self.pop("id") and raw:
            self._get_context().update(raw_id=raw, permalink=self.permalink)

    _end_id = _end_guid

    def _read_raw(self, element: str) -> str:
        """The text of the open element before feedparser mends, strips or resolves it."""
        if not self.elementstack or self.elementstack[-1][0] != element:
            return ""
        pieces = self.elementstack[-1][2]
        text = "".join(p.decode() if isinstance(p, bytes) else p for p in pieces)
        return str(self.decode_entities(element, text)).strip(XML_SPACE)

    def _start_link(self, attrs: Attributes) -> None:
        """Tell a link without a type from one of type text/html, feedparser's default."""
        super()._start_link(attrs if "type" in attrs else {**attrs, "untyped": "untyped"})

    def _end_link(self) -> None:
        raw = self._read_raw("link")
        if self.pop("link") and raw and not self.inimage:
            self._get_context().setdefault("text_link", self.resolve_uri(raw))

    def _end_creativecommons_license(self) -> None:
        href = self.pop("license")
        if href:
            self._get_context().setdefault("links", []).append({"rel": "license", "href": href})

    _end_creativeCommons_license = _end_creativecommons_license  # noqa: N815  # feedparser's name

    # dates, people, texts

    def map_content_type(self, content_type: str) -> str:
        """Take a type that is neither of Atom's nor a media type for text, not for base64."""
        found = str(super().map_content_type(content_type))
        return found if "/" in found else "text/plain"

    def _start_dc_date(self, _attrs: Attributes) -> None:
        self.push("dc_date", 1)

    def _end_dc_date(self) -> None:
        self.pop("dc_date")

    def _end_author(self) -> None:
        text = self.pop("author")
        self.inauthor = 0
        authors = self._get_context().get("authors")
        if text and authors and not authors[-1]:
            authors[-1]["text"] = text

    _end_managingeditor = _end_author

    def _sync_author_detail(self, key: str = "author") -> None:
        """Leave authors as they stand.

        feedparser looks for addresses with a regular expression that takes 10 s
        for 64,000 letters (kurtmckee/feedparser#562), ends `bob@news.example`
        at `bob@news.exam`, and gives the second author the first one's address.
        """

    def _start_aside(self, tag: str, attrs: Attributes) -> None:
        """Hear a second title or description under its own name: a caption is no content."""
        self.push_content(tag, attrs, "text/plain", 1)

    def _start_media_description(self, attrs: Attributes) -> None:
        self._start_aside("media_description", attrs)

    def _end_media_description(self) -> None:
        self.pop_content("media_description")

    def _start_title(self, attrs: Attributes) -> None:
        if self._is_inner("title"):
            self._start_aside("inner", attrs)
        else:
            super()._start_title(attrs)

    def _end_title(self) -> None:
        if not self._end_inner():
            super()._end_title()

    def _start_description(self, attrs: Attributes) -> None:
        if self._is_inner("summary"):
            self._start_aside("inner", attrs)
        else:
            super()._start_description(attrs)

    def _end_description(self) -> None:
        if not self._end_inner():
            super()._end_description()

    def _is_inner(self, key: str) -> bool:
        """Whether the item has this text and we are in an element inside one of its elements.

        Google's blogs give each author an empty `title` and repeat the item in an `og` element.
        """
        inside = self.inentry and not self.insource and self.depth > self.item_depth + 1
        return bool(inside and dict.__contains__(self.entries[-1], key))

    def _end_inner(self) -> bool:
        """Close an inner text, if that is what is open."""
        if not self.elementstack or self.elementstack[-1][0] != "inner":
            return False
        self.pop_content("inner")
        return True

    def _start_media_title(self, attrs: Attributes) -> None:
        self._start_aside("media_title", attrs)

    def _end_media_title(self) -> None:
        self.pop_content("media_title")

    def _start_dc_title(self, attrs: Attributes) -> None:
        self._start_aside("dc_title", attrs)

    def _end_dc_title(self) -> None:
        self.pop_content("dc_title")

    def _start_dc_description(self, attrs: Attributes) -> None:
        self._start_aside("dc_description", attrs)

    def _end_dc_description(self) -> None:
        self.pop_content("dc_description")

    def _start_itunes_summary(self, attrs: Attributes) -> None:
        self._start_aside("itunes_summary", attrs)

    def _end_itunes_summary(self) -> None:
        self.pop_content("itunes_summary")

    def _start_full_text(self, attrs: Attributes) -> None:
        self.push_content("full_text", attrs, "text/html", 1)

    def _end_full_text(self) -> None:
        self.pop_content("full_text")

    # tombstones (RFC 6721)

    def _start_grave(self, attrs: Attributes) -> None:
        self.in_grave = True
        found = attrs.get("ref", "").strip(XML_SPACE), attrs.get("when", "")
        self.feeddata.setdefault("graves", []).append(found)

    def _end_grave(self) -> None:
        self.in_grave = False

    # hints

    def _start_hour(self, _attrs: Attributes) -> None:
        self.push("hour", 1)

    def _end_hour(self) -> None:
        self.feeddata.setdefault("skip_hour_list", []).append(self.pop("hour"))

    def _start_day(self, _attrs: Attributes) -> None:
        self.push("day", 1)

    def _end_day(self) -> None:
        self.feeddata.setdefault("skip_day_list", []).append(self.pop("day"))


# feedparser looks handlers up by the element's name, which has a hyphen here
setattr(Ears, "_start_yandex_full-text", Ears._start_full_text)  # noqa: SLF001  # our own class
setattr(Ears, "_end_yandex_full-text", Ears._end_full_text)  # noqa: SLF001  # our own class
setattr(Ears, "_start_at_deleted-entry", Ears._start_grave)  # noqa: SLF001  # our own class
setattr(Ears, "_end_at_deleted-entry", Ears._end_grave)  # noqa: SLF001  # our own class
