"""The command line: verbs, tables, exit codes. Nothing imports it."""

from aggregator.cli.shell import main

__all__ = ["main"]
