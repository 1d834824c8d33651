"""Terms by name: a mode as a word, and the licences of Creative Commons.

Creative Commons 4.0 asks for the author's name, the copyright notice, a notice
of the licence with its address, and the address of the work (section 3(a)(1)).
The photographs of a licensed report are often another's, so a licence covers
them only where the terms say so: `images: true`.
"""

from types import MappingProxyType

from aggregator.core.model import LinkPlace, Mode, Reuse

_LICENCES = {
    "cc0": ("CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    **{
        f"cc-{kind}": (
            f"CC {kind.upper()} 4.0",
            f"https://creativecommons.org/licenses/{kind}/4.0/",
        )
        for kind in ("by", "by-sa", "by-nd", "by-nc", "by-nc-sa", "by-nc-nd")
    },
}


def _license(name: str) -> Reuse:
    title, place = _LICENCES[name]
    notice = title if name == "cc0" else f"© {{year}} {{source}}. {title}"
    return Reuse(
        mode=Mode.FULL,
        max_words=None,
        link=LinkPlace.FIRST_PASSAGE,
        notice=notice,
        license=place,
        stated=True,
        derivatives=not name.endswith("-nd"),
    )


PRESETS = MappingProxyType(
    {
        "full": Reuse(Mode.FULL, None, None, stated=True),
        "excerpt": Reuse(Mode.EXCERPT, link=None, stated=True),
        "headline": Reuse(Mode.HEADLINE, None, None, stated=True),
        **{name: _license(name) for name in _LICENCES},
    }
)
"""Each name with the terms that it stands for."""
