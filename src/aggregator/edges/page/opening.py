"""The templates: a site's own first, then ours; what is wrong with one, in a line."""

import traceback
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateNotFound,
    TemplateSyntaxError,
)

OURS = Path(str(files(__package__))) / "templates"


@lru_cache(maxsize=8)
def open_templates(site: Path | None) -> Environment:
    """The environment of a site's templates; a file that changes is read again.

    Everything is escaped, and a name that nothing stands for is an error, so
    that a mistyped variable is told and not left out.
    """
    loaders: list[BaseLoader] = [FileSystemLoader(OURS)]
    if site is not None:
        loaders.insert(0, FileSystemLoader(site))
    environment = Environment(
        loader=ChoiceLoader(loaders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=site is not None,
    )
    # The same stories give the same bytes: nothing here may throw dice.
    del environment.filters["random"]
    return environment


def explain(error: Exception, site: Path) -> str:
    """What is wrong with a site's templates: file, line, cause and the next step."""
    place = _find_place(error, site)
    cause = " ".join(str(error).split()) or type(error).__name__
    if isinstance(error, TemplateNotFound):
        cause = f"there is no template {error.name!r}"
    step = "mend it; until then the page is made with the templates that come with the program"
    return f"{place}: {type(error).__name__}: {cause}; {step}"


def _find_place(error: Exception, site: Path) -> str:
    """The last line of a template that the error went through, else the folder."""
    if isinstance(error, TemplateSyntaxError):
        return f"{error.filename or error.name or site}:{error.lineno}"
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename.endswith(".html")
    ]
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else str(site)
