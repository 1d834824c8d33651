"""The tables. Changing one needs a migration; a test holds both together."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import JSON

from aggregator.edges.store.columns import Moment, Span, Words

metadata = MetaData()

meta = Table(
    "meta",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", Words, nullable=False),
)

states = Table(
    "states",
    metadata,
    Column("source_id", String, primary_key=True),
    Column("url", Words, nullable=False),
    Column("next_poll", Moment, nullable=False),
    Column("reason", Words, nullable=False),
    Column("etag", Words),
    Column("last_modified", Words),
    Column("body_digest", String),
    Column("parser", String, nullable=False),
    Column("body_failure", String),
    Column("body_detail", Words, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("last_poll", Moment),
    Column("last_ok", Moment),
    Column("last_kind", String, nullable=False),
    Column("last_detail", Words, nullable=False),
    Column("last_status", Integer),
    Column("moved_to", Words),
    Column("stopped", Boolean, nullable=False),
    Column("claimed", Moment),
    Column("items", Integer, nullable=False),
    Column("head", JSON),
    Column("hints", JSON, nullable=False),
    Column("problems", JSON, nullable=False),
    Column("rhythm", JSON, nullable=False, server_default="{}"),
    Column("move", JSON),
    Column("rest_until", Moment),
    Column("rest_domain", Words),
    Column("newest", Moment),
    Column("last_new", Moment),
    Column("usual_gap", Span),
    Column("rewrites", Integer, nullable=False),
    Column("failing_since", Moment),
    Column("gap_at", Moment),
    Column("gap_since", Moment),
    Column("gap_until", Moment),
    Column("gap_fill", Words, nullable=False),
    Column("pages", Words, nullable=False),
    Index("states_by_next_poll", "next_poll"),
    Index("states_by_rest", "rest_until"),
)

entries = Table(
    "entries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source_id", String, nullable=False),
    Column("key", Words, nullable=False),
    Column("sort_at", Moment, nullable=False),
    Column("raw_id", Words),
    Column("link", Words),
    Column("canonical", Words),
    Column("title", Words, nullable=False),
    Column("html", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("published", Moment),
    Column("updated", Moment),
    Column("first_seen", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
    Column("language", String),
    Column("comments_url", Words),
    Column("comments_count", Integer),
    Column("rights", Words),
    Column("license", Words),
    Column("thumbnail", Words),
    Column("digest", String, nullable=False),
    Column("authors", JSON, nullable=False),
    Column("categories", JSON, nullable=False),
    Column("enclosures", JSON, nullable=False),
    Column("source", JSON),
    Column("alias", Words),
    Column("article", JSON(none_as_null=True)),
    Column("serial", Integer, nullable=False),
    UniqueConstraint("source_id", "key"),
    Index("entries_by_time", "sort_at"),
    Index("entries_by_link", "source_id", "canonical"),
    Index("entries_by_raw_id", "source_id", "raw_id"),
    Index("entries_of_source", "source_id", "sort_at"),
    # In which order rows were written last: what is new to a publishing is behind its last one.
    Index("entries_by_serial", "serial"),
    Index("entries_by_language", "language", "sort_at"),
    # Few entries have one.
    Index("entries_by_alias", "source_id", "alias", sqlite_where=text("alias IS NOT NULL")),
)

entry_keys = Table(
    "entry_keys",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("entry_id", ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True, index=True),
)
"""Under which keys the duplicates of an entry are looked up, see core.stories.read_keys."""

claims = Table(
    "claims",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("story_id", Words, nullable=False, unique=True),
    Column("source_id", String, nullable=False),
    Column("key", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("updated", Moment),
    Index("claims_by_report", "source_id", "key"),
)
"""Every id that was ever given to a story, in the order of giving; `updated` is the time under
which it was last published."""

members = Table(
    "members",
    metadata,
    Column("source_id", String, primary_key=True),
    Column("key", Words, primary_key=True),
    Column("story_id", Words, nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Index("members_by_key", "key"),
)
"""The story that a report was published in."""

held = Table(
    "held",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("source_id", String, nullable=False),
    Column("key", Words, nullable=False),
    Column("title", Words, nullable=False),
    Column("why", Words, nullable=False),
    Column("at", Moment, nullable=False),
)
"""What the last publishing held back, in its order."""

orders = Table(
    "orders",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("act", String, nullable=False),
    Column("source_id", String, nullable=False),
    Column("key", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("story_id", Words),
    Column("title", Words, nullable=False),
    Column("reason", Words, nullable=False),
    Column("public", Boolean, nullable=False),
    Column("whole", Boolean, nullable=False),
    Column("by", String, nullable=False),
    Column("carried", Moment),
    Index("orders_by_source", "source_id", "by"),
    Index("orders_pending", "number", sqlite_where=text("carried IS NULL")),
)
"""Every order about a report; `carried` is when a publishing had obeyed it."""

merges = Table(
    "merges",
    metadata,
    Column("story_id", Words, primary_key=True),
    Column("survivor", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Index("merges_by_time", "at"),
)
"""The ids that gave way to another, and since when."""

looks = Table(
    "looks",
    metadata,
    Column("source_id", String, primary_key=True),
    Column("key", Words, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("answer", String, nullable=False),
    Column("since", Moment),
)
"""What the page of a report in the live feed last answered, where its source's pages are asked."""

days = Table(
    "days",
    metadata,
    Column("date", String, primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("opened", Moment, nullable=False),
    Column("closed", Moment),
    Column("due", Words, nullable=False),
    Column("changes", JSON, nullable=False),
    # Few days have files to be made, or are open.
    Index("days_due", "number", sqlite_where=text("due <> '' OR closed IS NULL")),
)
"""The day editions in the order of their chain; `changes` are [microseconds since 1970, why]."""

places = Table(
    "places",
    metadata,
    Column("date", String, primary_key=True),
    Column("story_id", Words, primary_key=True),
    Index("places_by_story", "story_id"),
    sqlite_with_rowid=False,
)
"""Which stories stand in which day's edition."""

versions = Table(
    "versions",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("entry_id", ForeignKey("entries.id", ondelete="CASCADE"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("title", Words, nullable=False),
    Column("link", Words),
    Column("text", Words, nullable=False),
    Column("digest", String, nullable=False),
    Column("length", Integer, nullable=False),
    Column("published", Moment),
    Column("updated", Moment),
    Column("changed", Moment),
    Column("authors", JSON, nullable=False),
    Column("skipped", Integer, nullable=False),
    Index("versions_by_entry", "entry_id", "number"),
    Index("versions_by_time", "at"),
)
"""What a report said before each edit, in the order of the edits; `at` is when that was seen."""

vectors = Table(
    "vectors",
    metadata,
    Column("source_id", String, primary_key=True),
    Column("key", Words, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("wording", String, nullable=False),
    Column("model", String, nullable=False),
    Column("vector", LargeBinary, nullable=False),
    Index("vectors_by_time", "at"),
)
"""What a report means to a model, as long as it is compared; `wording` tells what it was made of.
An empty one says that none can be made."""

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("topic", Words, primary_key=True),
    Column("callback", Words, primary_key=True),
    Column("secret", Words, nullable=False),
    Column("until", Moment, nullable=False),
    Column("delivered", String, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("next_try", Moment),
    Column("why", Words, nullable=False),
)
"""Who is sent which published feed; `delivered` is the digest of what a callback has."""

pings = Table(
    "pings",
    metadata,
    Column("topic", Words, primary_key=True),
    Column("hub", Words, nullable=False),
    Column("digest", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("why", Words, nullable=False),
)
"""What a public hub was last told of each published feed."""

tallies = Table(
    "tallies",
    metadata,
    # The time first: what is written now lies together, and what is forgotten too.
    Column("at", Moment, primary_key=True, autoincrement=False),
    Column("source_id", String, primary_key=True),
    Column("ok", Integer, nullable=False),
    Column("same", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("new", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""How many polls of a source came to what, and brought how much, in the hours from `at` on."""
