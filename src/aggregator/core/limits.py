"""How much of a publisher's words is published: beyond these it is a mistake or an attack.

What is cut ends with a mark (an ellipsis); what is left out whole is a Problem.
"""

TITLE = 1_000
"""Characters of a title, of a feed's too, and of a statement of rights."""

NAME = 200
"""Characters of an author's name and of a category."""

AUTHORS = 50
CATEGORIES = 50
ENCLOSURES = 50
"""More of them in one item are lists of keywords or of everything, not facts about it."""

ALSO = 20
"""Other reports of one event that are named; of the rest, how many there are."""

READ = 500
"""Of so many authors, categories and enclosures the first ones are looked for."""

URL = 8_000
"""Characters of an address: web servers take about 8 kB in a request's first line. Cutting one
would make another address of it: a longer one is left out."""

TEXT = 2_000_000
"""Characters of an item's text."""
