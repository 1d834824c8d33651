"""The daemon: a calendar over the pipeline, signals, a graceful end (apscheduler)."""

from aggregator.daemon.life import Setup, live

__all__ = ["Setup", "live"]
