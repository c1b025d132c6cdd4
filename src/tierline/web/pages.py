"""Rendering of self-contained pages: one environment, escaping on, style sheets inlined.

A page is one file: it loads nothing, runs nothing, and can be mailed, archived and printed.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, tzinfo
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from tierline.languages.language import ENGLISH, Language, message
from tierline.web import charts
from tierline.web.formats import FILTERS
from tierline.web.reading import READING, gettext, go_on_in, language_tag, ngettext, read_in
from tierline.web.static_files import static

_HERE = "tierline.web"


def render(
    template: str, *, language: Language = ENGLISH, clock: tzinfo = UTC, **values: Any
) -> str:
    """The page that `template` (`grid.html`) makes of the values, said in a language; instants that
    are known in UTC alone are shown by the clock.

    Every template sees `stylesheet(name, ...)`, `policy(name, ...)` and `static(name)` beside its
    values. A value that a template names and the caller did not give is an error, not an empty
    place.
    """
    with read_in(language, clock):
        return environment().get_template(template).render(values)


@cache
def environment() -> Environment:
    """The one environment of all pages."""
    made = Environment(
        loader=PackageLoader(_HERE, "templates"),
        autoescape=True,
        auto_reload=False,  # a page of many parts would look at each file each time
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
    made.filters.update(FILTERS)
    made.globals.update(
        charts.GLOBALS,
        stylesheet=stylesheet,
        policy=policy,
        static=static,
        language_tag=language_tag,
        reading=READING.get,
        go_on_in=go_on_in,
        english=ENGLISH,
        message=message,
    )
    return made


@cache
def stylesheet(*names: str) -> Markup:
    """The named style sheets (`app`, `grid`) without comments and blank lines, for `<style>`."""
    text = "".join(_compact(_read("static", f"{name}.css")) for name in names)
    if "</" in text:
        raise ValueError(f"a style sheet of {names} would end its own element")
    return Markup(text)  # noqa: S704 - our own file, checked on the line above


@cache
def policy(*names: str) -> str:
    """The page's Content-Security-Policy: these style sheets by hash, and nothing else at all."""
    digest = hashlib.sha256(str(stylesheet(*names)).encode()).digest()
    style = base64.b64encode(digest).decode()
    return f"default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'"


def _read(folder: str, name: str) -> str:
    return resources.files(_HERE).joinpath(folder, name).read_text("utf-8")


def _compact(text: str) -> str:
    """Without comments, indents and empty lines. Our files have no `/*` inside a string."""
    kept: list[str] = []
    for number, part in enumerate(text.split("/*")):
        kept.append(part if number == 0 else part.split("*/", 1)[1])
    lines = (line.strip() for line in "".join(kept).splitlines())
    return "".join(f"{line}\n" for line in lines if line)
