"""The proof that what is published obeys its sources' terms, by reading it back.

Pure judgements: an entry as a published file has it (`reading`), beside what
its story owes (`due`), comes to a verdict for each term (`judging`). Nothing of
what `core.reuse` and `core.passage` did is taken on trust, and none of their
code judges it.
"""

from aggregator.core.audit.due import digest_facts, find_due
from aggregator.core.audit.judging import judge, judge_changed, judge_now, list_terms
from aggregator.core.audit.reading import read_entries, read_one
from aggregator.core.audit.standing import find_standing
from aggregator.core.audit.values import Carrier, Due, Home, Printed, Stored, Term, Verdict

__all__ = [
    "Carrier",
    "Due",
    "Home",
    "Printed",
    "Stored",
    "Term",
    "Verdict",
    "digest_facts",
    "find_due",
    "find_standing",
    "judge",
    "judge_changed",
    "judge_now",
    "list_terms",
    "read_entries",
    "read_one",
]
