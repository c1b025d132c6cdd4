"""Documents in PDF, set by typst.

The template is ours and fixed; everything that a catalog says reaches it as JSON data, never as
source, so `#read("/etc/passwd")` in a name prints as these letters. The compiler's root is a
folder that holds the template alone: a document can read no other file.
"""

from __future__ import annotations

import tempfile
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import typst

from tierline.languages.language import ENGLISH
from tierline.web.briefing import briefing_for_paper
from tierline.web.choice_pack import pack_for_paper
from tierline.web.health_report_paper import health_report_for_paper
from tierline.web.reading import read_in

if TYPE_CHECKING:
    from tierline.accounts.service_schedule_document import ServiceSchedule
    from tierline.catalog.grid_document import Grid
    from tierline.languages.language import Language
    from tierline.scorecards.briefing import Briefing
    from tierline.scorecards.choice_pack import SignedPack
    from tierline.scorecards.health_report import HealthReport

_Standard = Literal["ua-1", "1.7"]
_ACCESSIBLE: _Standard = "ua-1"
"""PDF/UA-1: tagged, titled, in a stated language; a screen reader reads it in order."""

_TAGGED: _Standard = "1.7"
"""Tagged as well. Where no font on the machine has a character, PDF/UA-1 may not be claimed."""


def grid_pdf(grid: Grid) -> bytes:
    """The grid as a tagged, paginated A4 document. The same grid gives the same bytes."""
    return _compiled("grid.typ", grid.model_dump_json(), grid.version)


def service_schedule_pdf(schedule: ServiceSchedule) -> bytes:
    """The annex of a contract in the same way. The same schedule gives the same bytes."""
    return _compiled("service_schedule.typ", schedule.model_dump_json(), schedule.on)


def health_report_pdf(report: HealthReport, language: Language = ENGLISH) -> bytes:
    """A health report in the same way, said in a language. The same report gives the same bytes in
    one language."""
    with read_in(language):
        document = health_report_for_paper(report)
    return _compiled("health_report.typ", document, report.last_on)


def briefing_pdf(pack: Briefing, language: Language = ENGLISH) -> bytes:
    """The pack for a call in the same way, with the charts of its page."""
    return _compiled("briefing.typ", briefing_for_paper(pack, language), pack.report.last_on)


def choice_pack_pdf(pack: SignedPack) -> bytes:
    """A choice pack in the same way, in its own language. The same pack gives the same bytes."""
    return _compiled("choice_pack.typ", pack_for_paper(pack), pack.on)


def _compiled(template: str, document: str, version: str) -> bytes:
    source = resources.files("tierline.web").joinpath("templates", template).read_bytes()
    inputs = {"document": document, "version": version}
    try:
        return _set(source, inputs, _ACCESSIBLE)
    except typst.TypstError as error:
        if "could not be displayed" not in error.message:
            raise
        return _set(source, inputs, _TAGGED)


def _set(source: bytes, inputs: dict[str, str], standard: _Standard) -> bytes:
    with tempfile.TemporaryDirectory(prefix="tierline-") as folder:
        root = Path(folder)
        file = root / "document.typ"
        file.write_bytes(source)
        return typst.compile(
            file,
            root=root,
            sys_inputs=inputs,
            pdf_standards=[standard],
            font_paths=_fonts(),
            timestamp=0,
            format="pdf",
            package_path=root,
            package_cache_path=root,
        )


@cache
def _fonts() -> typst.Fonts:
    """Typst's own faces first, the system's for scripts that those lack."""
    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=True)
