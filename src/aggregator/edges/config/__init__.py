"""sources.yaml <-> Config: reads, validates and translates; writes the first one.

The only home of ruamel.yaml and pydantic. It decides nothing about sources: it
says what the user wrote, or everything that is wrong with it.
"""

from aggregator.edges.config.moving import replace_urls
from aggregator.edges.config.reading import load
from aggregator.edges.config.schema import schema
from aggregator.edges.config.starter import write_starter
from aggregator.edges.config.writing import add_sources, write_sources

__all__ = ["add_sources", "load", "replace_urls", "schema", "write_sources", "write_starter"]
