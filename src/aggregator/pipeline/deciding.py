"""From what a source answered to what is saved of it: parse, clean, normalise, recognise, judge."""

from dataclasses import dataclass, replace

from aggregator.core import conditions, gaps, health, policy, silence
from aggregator.core.model import (
    Decision,
    Fetched,
    FetchResult,
    FetchState,
    ParsedFeed,
    ParseFailed,
    ParseResult,
    Source,
)
from aggregator.core.normalise import normalise_feed
from aggregator.core.secrets import drop_secrets
from aggregator.core.settings import Config
from aggregator.edges.parse import Task, parser_version
from aggregator.pipeline.apart import run_apart
from aggregator.pipeline.recognising import find_withdrawals, recognise
from aggregator.pipeline.tools import Tools


@dataclass(frozen=True, slots=True)
class Judged:
    """What a poll is to save, and where to look first when it noticed a gap."""

    decision: Decision
    has_gap: bool = False
    trail: gaps.Trail | None = None


class Judge:
    """Makes Decisions of answers; nothing is saved here."""

    def __init__(self, config: Config, tools: Tools) -> None:
        """Take the limits and the tools."""
        self._config = config
        self._tools = tools

    async def decide(self, source: Source, state: FetchState, result: FetchResult) -> Judged:
        """The Decision on an answer; a surprise is raised."""
        parsed = await self._parse(state, result, name_reading(source))
        if isinstance(parsed, ParseFailed) and isinstance(result, Fetched):
            parsed = conditions.name_page(parsed, result)
        judged = self.judge(source, state, result, parsed)
        if not isinstance(parsed, ParsedFeed) or not isinstance(result, Fetched):
            return Judged(Decision(judged))
        now = self._tools.clock()
        # Apart: a feed made to be slow must not hold up the others' deadlines.
        url = drop_secrets(result.url)
        feed = await run_apart(lambda: normalise_feed(parsed, source, url, now), "normalise")
        settled = recognise(self._tools.store, source.id, feed.entries, now)
        # One that breaks off shows less than there is: it teaches neither gaps nor the window.
        whole = policy.is_whole(judged)
        noted = gaps.note_gap(judged, feed.entries, settled, source, now)
        gapped = noted if whole else judged
        heard = silence.learn(gapped, feed.entries, settled, now)
        fresh = [entry.sort_at for entry in settled.entries if entry.first_seen == now]
        dates = [entry.published for entry in feed.entries if whole and entry.published]
        polling = self._config.polling
        learned = policy.learn_from(
            heard, source, polling, result, fresh=fresh, dates=dates, now=now
        )
        same = policy.is_same_feed(
            state, feed.head.title, is_empty=not feed.entries, oldest=settled.oldest
        )
        moved = learned
        if whole:
            moved = policy.follow_move(
                state, learned, source, same=same, stranger=not same, now=now
            )
        odd = conditions.find_conditions(parsed, source, feed.entries, heard, now)
        kept = replace(moved, head=feed.head, problems=(*odd, *settled.problems, *feed.problems))
        changes = replace(settled.changes, dropped=feed.dropped)
        has_gap = gapped is not judged
        trail = gaps.find_trail(gapped, parsed, result.url) if has_gap else None
        orders = find_withdrawals(
            self._tools.store, source.id, parsed.withdrawn, feed.entries, settled, now
        )
        decision = Decision(kept, settled.entries, changes, orders, versions=settled.versions)
        return Judged(decision, has_gap, trail)

    async def _parse(
        self, state: FetchState, result: FetchResult, reading: str
    ) -> ParseResult | None:
        """The body as a clean feed; None when there is none, or it was read before.

        A reading that came to no end is tried once more for the words alone: an
        item whose markup was made to be slow costs markup, not the feed.
        """
        if not isinstance(result, Fetched) or policy.is_same_body(state, result, reading):
            return None
        # "#note" resolves onto the feed's own address, and is published.
        base = drop_secrets(result.url)
        task = Task(result.body, result.content_type, base, result.content_language)
        parsed = await self._tools.parser.parse(task)
        if isinstance(parsed, ParseFailed) and parsed.kind in policy.MACHINE_FAILURES:
            words = await self._tools.parser.parse(replace(task, words_only=True))
            return words if isinstance(words, ParsedFeed) else parsed
        return parsed

    def judge(
        self, source: Source, state: FetchState, result: FetchResult, parsed: ParseResult | None
    ) -> FetchState:
        """The state after an answer, by the clock of now."""
        now = self._tools.clock()
        after = policy.judge(
            state,
            source,
            self._config.polling,
            result,
            parsed,
            parser=name_reading(source),
            now=now,
        )
        return health.note_failing(after, now)


def name_reading(source: Source) -> str:
    """How a source's bodies are read now, see `policy.name_reading`."""
    return policy.name_reading(parser_version(), source)
