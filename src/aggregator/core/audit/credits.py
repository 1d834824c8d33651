"""Rules about whom an entry credits, and where."""

from collections.abc import Iterator

from aggregator.core.audit.markup import squeeze
from aggregator.core.audit.sections import Sections, list_names, say
from aggregator.core.audit.values import Due, Printed
from aggregator.core.audit.wording import is_carriers
from aggregator.core.model import LinkPlace

Broken = Iterator[str]


def check_link(printed: Printed, due: Due, parts: Sections) -> Broken:
    """The first passage holds the link to that very article, where the terms want it."""
    if due.link is None:
        yield "no address of the article is known that could be linked"
        return
    if printed.link != due.link:
        yield f"the entry's own link is {printed.link!r}, the article's is {due.link!r}"
    if parts.opening is None or due.link not in [href for href, _ in parts.opening.links]:
        yield f"the first passage does not link to {due.link}"
    if due.terms.link is LinkPlace.BEFORE_TEXT and not _stands_before(parts):
        yield "the link does not stand before the text, in a passage of its own"
    if due.terms.link is LinkPlace.AFTER_TEXT and not _stands_after(due.link, parts):
        yield f"no link to {due.link} follows the text"


def _stands_before(parts: Sections) -> bool:
    return parts.opening is not None and parts.opening.words == parts.credit


def _stands_after(link: str, parts: Sections) -> bool:
    return any(link in [href for href, _ in block.links] for block in parts.tail)


def check_credit(printed: Printed, due: Due, parts: Sections) -> Broken:
    """The text opens with the credit of all who have a say, one a link to the article."""
    names = list_names(due, printed)
    said = " and ".join(map(repr, names))
    links = parts.opening.links if parts.opening else ()
    if not parts.credit:
        yield f"the text does not open with the credit {said}"
    elif not any((due.link, name) in links for name in names):
        yield f"the credit {said} is not the words of the link to {due.link}"


def check_notice(printed: Printed, due: Due, parts: Sections) -> Broken:
    """Each notice stands behind the text, and all of them as the entry's rights."""
    notices = [say(notice, printed) for notice in due.notices]
    for notice in notices:
        if notice not in [block.words for block in parts.tail]:
            yield f"the notice {notice!r} does not stand behind the text"
    if notices and squeeze(printed.rights) != " ".join(notices):
        yield f"its rights say {printed.rights!r}, the notice is {' '.join(notices)!r}"


def check_license(printed: Printed, due: Due, _parts: Sections) -> Broken:
    """The address of the licence stands in the format's own place for it."""
    if due.licenses and printed.license not in due.licenses:
        yield f"the licence is {due.licenses[0]}, the entry names {printed.license or 'none'}"


def check_reservation(printed: Printed, due: Due, _parts: Sections) -> Broken:
    """It says that language models may not use it, where the terms reserve that."""
    if reserves(due) and not printed.is_reserved:
        yield "it does not say that its use by language models is reserved"


def reserves(due: Due) -> bool:
    """Whether the terms reserve use by language models."""
    return not due.terms.ai


def check_carriers(printed: Printed, due: Due, parts: Sections) -> Broken:
    """Every other source is named behind the text with its link, and by the format."""
    lines = [block for block in parts.tail if is_carriers(block.words)]
    links = [link for block in lines for link in block.links]
    for carrier in due.carriers:
        name = squeeze(carrier.name)
        found = [href for href, words in links if words == name]
        if not found:
            yield f"{name}, who carried it too, is not credited behind the text"
        elif carrier.link and carrier.link not in found:
            yield f"the credit of {name} does not link to its report {carrier.link}"
        if printed.form != "rss" and name not in [squeeze(said) for said, _ in printed.carriers]:
            yield f"{name}, who carried it too, is not named as such by the entry"


def check_author(printed: Printed, due: Due, _parts: Sections) -> Broken:
    """Its authors are the report's; where it names none, those of its feed, or its source."""
    shown = [squeeze(name) for name in printed.authors]
    own = [squeeze(name) for name in due.stored.authors]
    allowed = {squeeze(name) for name in due.writers}
    if not shown:
        yield "it names no author, so that it would be the newsfeed's own"
    elif own and shown != own:
        yield f"its author is {', '.join(shown)!r}, the report's is {', '.join(own)!r}"
    elif not own and not set(shown) <= allowed:
        yield f"its author is {', '.join(shown)!r}, who has nothing to do with its source"


def check_source(printed: Printed, due: Due, _parts: Sections) -> Broken:
    """It names the feed it is from by that feed's title and its id or address."""
    title = squeeze(printed.feed_title)
    if not any(
        squeeze(home.title) == title
        and printed.feed_names
        and any(name in home.names for name in printed.feed_names)
        for home in due.homes
    ):
        wanted = due.homes[0].title
        named = ", ".join(printed.feed_names) or "no address"
        yield f"it says it is from {title!r} ({named}), it is from {wanted!r}"
