"""The command line: verbs, tables, exit codes. Nothing imports it."""

from aggregator.cli.app import main

__all__ = ["main"]
