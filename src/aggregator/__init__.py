"""Day newsfeed: polls news sources and publishes one credited newsfeed.

The rooms and arrows are drawn in `docs/design.md`; `tests/test_architecture.py`
holds the code to them.
"""
