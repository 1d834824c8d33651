"""Which stories stand in a feed by rule."""

from collections.abc import Iterable
from datetime import datetime

from aggregator.core.model import Rule, Story
from aggregator.core.rules.judging import Verdict, judge
from aggregator.core.settings import FeedSettings


def judge_story(rule: Rule, story: Story, now: datetime) -> Verdict:
    """Whether a story stands in a feed, and why.

    It does when any of its reports is taken: whoever reads of a place wants the
    story, whoever leads it. A lead that is excluded takes its story along, since
    the feed would show just what it was not to show.
    """
    if rule.age is not None and story.sort_at < now - rule.age:
        return Verdict(taken=False, why="older than the feed's age")
    lead = judge(rule, story.lead)
    if lead.taken or judge(Rule(exclude=rule.exclude), story.lead).why:
        return lead
    for report in story.members[1:]:
        other = judge(rule, report)
        if other.taken:
            return Verdict(taken=True, why=f"{other.why} ({report.source.id}, in the story)")
    return lead


def matches_story(rule: Rule, story: Story, now: datetime) -> bool:
    """Whether a story stands in a feed."""
    return judge_story(rule, story, now).taken


def list_stories(rule: Rule, stories: Iterable[Story], now: datetime) -> tuple[Story, ...]:
    """The stories that stand in a feed, in their order, no more than it holds."""
    found = [story for story in stories if matches_story(rule, story, now)]
    return tuple(found[: rule.items])


def list_feeds(
    story: Story, feeds: Iterable[FeedSettings], now: datetime
) -> tuple[tuple[str, str], ...]:
    """The feeds in which a story stands, each as its slug and why."""
    judged = ((feed.slug, judge_story(feed.rule, story, now)) for feed in feeds)
    return tuple((slug, verdict.why) for slug, verdict in judged if verdict.taken)


def find_expiry(rule: Rule, stories: Iterable[Story], now: datetime) -> datetime | None:
    """When the next of a feed's stories becomes too old for it; None where none ever does."""
    if rule.age is None:
        return None
    ends = (story.sort_at + rule.age for story in stories)
    return min((end for end in ends if end > now), default=None)
