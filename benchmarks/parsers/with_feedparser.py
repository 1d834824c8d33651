"""feedparser (PyPI): the entries of a file, one JSON array [id, title, link, date] a line."""

import json
import sys
from calendar import timegm
from io import BytesIO
from pathlib import Path

import feedparser

read = feedparser.parse(BytesIO(Path(sys.argv[1]).read_bytes()))
if read.bozo:
    raise SystemExit(f"feedparser complains: {read.bozo_exception}")
for entry in read.entries:
    print(json.dumps([entry.id, entry.title, entry.link, timegm(entry.published_parsed)]))
