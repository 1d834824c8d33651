"""fastfeedparser (PyPI): the entries of a file, one JSON array [id, title, link, date] a line."""

import json
import sys
from pathlib import Path

import fastfeedparser

for entry in fastfeedparser.parse(Path(sys.argv[1]).read_text("utf-8")).entries:
    print(json.dumps([entry.id, entry.title, entry.link, entry.published]))
