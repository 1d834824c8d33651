"""XML -> nodes with positions, by expat; entities are refused, not expanded."""

from math import inf
from typing import NoReturn
from xml.parsers import expat

from aggregator.core.lint import PREFIXES, Breach, Document, Node, name_element
from aggregator.edges.published.charset import is_charset, recode

_DEEPEST = 100
"""Elements inside each other: a feed has about five, and rules walk down by recursion."""

_MOST_ELEMENTS = 500_000
"""Each costs 5 microseconds and some 200 bytes."""

_DECLARED = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {prefix: uri for uri, prefix in PREFIXES.items()}.items()
    if prefix != "xml"
)
_CAUSES = {
    "XML or text declaration not at start of entity": "something stands before <?xml, a space too",
    "syntax error": "text stands before the first tag",
    "no element found": "it breaks off before its first tag ends or its last one closes",
    "mismatched tag": "an end tag closes another element than the last that was opened",
}
"""Of expat's words those that say too little to who wrote the document."""
_FRAMES = {
    "atom": (f'<feed xmlns="http://www.w3.org/2005/Atom" {_DECLARED}>'.encode(), b"</feed>"),
    "rss": (f"<rss {_DECLARED}>".encode(), b"</rss>"),
}


_ENTRIES = frozenset({"atom:entry", "item"})
_KEPT = frozenset({"atom:id", "atom:updated", "guid", "slash:comments"})


class _Refused(Exception):  # noqa: N818 - it ends a reading, and never leaves this module
    """What the document holds is not read on."""

    def __init__(self, kind: str, words: str) -> None:
        super().__init__(words)
        self.kind = kind


def read_xml(body: bytes, charset: str = "", *, entries: bool = True) -> Document:
    """The document; where it is not well-formed, the reason and the place.

    `charset` goes before what the document says, if its bytes can be read so.
    Without `entries`, nothing is kept of them but ids, times and counts.
    """
    kind = _Tree if entries else _Skim
    text = recode(body, charset)
    tree = kind(None if text is None else "utf-8")
    root = _parse(tree, body if text is None else text)
    if isinstance(root, Breach) and root.kind == "UnknownEncoding" and is_charset(tree.encoding):
        # One of several bytes a character, which expat cannot be taught.
        text = recode(body, tree.encoding)
        if text is None:
            words = f"its bytes are not all {tree.encoding}, as it says; write UTF-8"
            return Document(Breach("UnicodeError", words, 1, 1), len(body), tree.encoding)
        tree = kind("utf-8")
        root = _parse(tree, text)
    return Document(root, len(body), tree.encoding)


def read_fragment(body: bytes, form: str) -> Node | Breach:
    """One entry that is to stand in a document of a format, `atom` or `rss`: its node.

    The usual prefixes are declared around it; another one is a Breach.
    """
    head, tail = _FRAMES[form]
    root = _parse(_Tree(), head, body, tail)
    if isinstance(root, Breach):
        return root
    if len(root.children) != 1 or root.text.strip():
        return Breach("SAXError", "it is not one element; this is a fault of the program", 1, 1)
    return root.children[0]


def _parse(tree: "_Tree", *parts: bytes) -> Node | Breach:
    parser = tree.parser
    try:
        for part in parts:
            parser.Parse(part, False)  # noqa: FBT003 - expat's own way to say "more is to come"
        parser.Parse(b"", True)  # noqa: FBT003 - as above
    except expat.ExpatError as error:
        return _name_error(error)
    except _Refused as refused:
        place = (parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)
        return Breach(refused.kind, str(refused), *place)
    except (ValueError, LookupError) as error:
        words = f"its encoding {tree.encoding!r} cannot be read ({error}); write UTF-8"
        return Breach("UnknownEncoding", words, 1, 1)
    return tree.root


def _name_error(error: expat.ExpatError) -> Breach:
    cause = expat.errors.messages.get(error.code, "not well-formed")
    kinds = {"undefined entity": "UndefinedNamedEntity", "unbound prefix": "MissingNamespace"}
    kinds["unknown encoding"] = "UnknownEncoding"
    cause = _CAUSES.get(cause, cause)
    words = f"it is no XML from here on ({cause}); readers show nothing of it; mend or remove it"
    return Breach(kinds.get(cause, "SAXError"), words, error.lineno, error.offset + 1)


class _Tree:
    """Builds nodes from expat's calls; each node is made when its element ends."""

    def __init__(self, encoding: str | None = None, most: float = _MOST_ELEMENTS) -> None:
        self.encoding = ""
        self._left = most
        self.parser = parser = expat.ParserCreate(encoding, namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.XmlDeclHandler = self._declare
        parser.EntityDeclHandler = _refuse_entity
        parser.SkippedEntityHandler = _refuse_unknown
        # For each open element: name, attributes, line, column; the last is the root's outside.
        self._open: list[tuple[str, dict[str, str], int, int]] = []
        self._texts: list[list[str]] = [[]]
        self._children: list[list[Node]] = [[]]

    @property
    def root(self) -> Node:
        """The root of a document that was read to its end."""
        return self._children[0][0]

    def _start(self, expanded: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= _DEEPEST:
            words = f"more than {_DEEPEST} elements stand inside each other; feeds need about five"
            raise _Refused("NotJudged", words)
        self._left -= 1
        if self._left < 0:
            words = (
                f"it has more than {_MOST_ELEMENTS:,} elements, which is not read; publish fewer"
            )
            raise _Refused("NotJudged", words)
        if attributes:
            attributes = {name_element(key): value for key, value in attributes.items()}
        parser = self.parser
        place = (parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)
        self._open.append((name_element(expanded), attributes, *place))
        text: list[str] = []
        self._texts.append(text)
        self._children.append([])
        parser.CharacterDataHandler = text.append

    def _end(self, _expanded: str) -> None:
        name, attributes, line, column = self._open.pop()
        text, children = "".join(self._texts.pop()), tuple(self._children.pop())
        self._children[-1].append(Node(name, attributes, text, children, line, column))
        self.parser.CharacterDataHandler = self._texts[-1].append

    def _declare(self, version: str, encoding: str | None, _standalone: int) -> None:
        self.encoding = encoding or ""
        if encoding and not is_charset(encoding):
            words = f"its encoding {encoding!r} is none that is known; write UTF-8"
            raise _Refused("UnknownEncoding", words)
        if version != "1.0":
            words = f"it says it is XML {version}, which most readers refuse; write 1.0"
            raise _Refused("BadXmlVersion", words)


class _Skim(_Tree):
    """Reads past what is in entries: a third of the time, for documents of judged entries."""

    def __init__(self, encoding: str | None = None) -> None:
        super().__init__(encoding, inf)
        self._depth = 0
        self._is_kept = False

    def _start(self, expanded: str, attributes: dict[str, str]) -> None:
        super()._start(expanded, attributes)
        if self._open[-1][0] in _ENTRIES and len(self._open) > 1:
            self.parser.CharacterDataHandler = None
            self.parser.StartElementHandler = self._start_inside
            self.parser.EndElementHandler = self._end_inside

    def _start_inside(self, expanded: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 1 and name_element(expanded) in _KEPT:
            super()._start(expanded, attributes)
            self._is_kept = True

    def _end_inside(self, expanded: str) -> None:
        if not self._depth:
            self.parser.StartElementHandler = self._start
            self.parser.EndElementHandler = self._end
            self._end(expanded)
            return
        self._depth -= 1
        if self._is_kept and not self._depth:
            self._end(expanded)
            self._is_kept = False
            self.parser.CharacterDataHandler = None


def _refuse_entity(name: str, *_: object) -> NoReturn:
    words = f"it declares the entity {name!r}; readers refuse or ignore those; write its text"
    raise _Refused("InvalidDoctype", words)


def _refuse_unknown(name: str, *_: object) -> NoReturn:
    words = f"the entity &{name}; is not declared; write the character itself"
    raise _Refused("UndefinedNamedEntity", words)
