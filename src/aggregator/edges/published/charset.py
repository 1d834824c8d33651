"""Documents in charsets that expat does not know -> UTF-8, by Python's own codecs."""

import codecs

_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""What they say wins over every label (RFC 7303 section 3.3), and expat knows it."""
_SUPERSETS = {"gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949"}
"""What is written under these names is mostly the larger charset (WHATWG Encoding, 4.2)."""
_LONGEST = 40


def recode(body: bytes, label: str) -> bytes | None:
    """The document in UTF-8, of bytes in the charset of that name; None where they are not."""
    if not label or len(label) > _LONGEST or body.startswith(_MARKS):
        return None
    try:
        name = codecs.lookup(label).name
        if not _keeps_ascii(name):
            return None
        return body.decode(_SUPERSETS.get(name, name)).encode()
    except (UnicodeError, LookupError, ValueError):
        return None


def is_charset(label: str) -> bool:
    """Tell whether a document may be in it: one of Unicode's, or one that keeps ASCII."""
    try:
        return label.lower().startswith("utf-16") or _keeps_ascii(codecs.lookup(label).name)
    except (UnicodeError, LookupError, ValueError):
        return False


def _keeps_ascii(name: str) -> bool:
    """Tell whether it is a charset that XML is written in, and no codec of other uses."""
    sample = "<?xml encoding='a'?>&\\u0041+AGE-~{VPND.xn--bcher-kva"
    return sample.encode().decode(name) == sample
