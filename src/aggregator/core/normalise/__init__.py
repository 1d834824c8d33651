"""Raw items -> entries: every field judged, cleaned, absolute, or left out with a Problem.

Cleaning HTML comes before (`edges.clean`); merging with what is known of an
entry comes after (`core.identity`).
"""

from aggregator.core.normalise.feed import Normalised, normalise_feed

__all__ = ["Normalised", "normalise_feed"]
