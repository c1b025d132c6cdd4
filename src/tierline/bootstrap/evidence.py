"""The evidence bundle of an account, written and verified."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.bootstrap import signing_key
from tierline.scorecards.evidence import evidence_files
from tierline.scorecards.evidence_check import verify_evidence
from tierline.scorecards.evidence_readme import evidence_readme

if TYPE_CHECKING:
    from pathlib import Path

    from tierline.languages.language import Language
    from tierline.milestones.receipt import Check
    from tierline.scorecards.account_attainment import AccountAttainment


def evidence_bundle(found: AccountAttainment, language: Language) -> bytes:
    """The ZIP, signed with this installation's key. Raises LimitReached for more than fits."""
    from tierline.connectors.evidence_zip import packed  # noqa: PLC0415 - loaded when used

    return packed(evidence_files(found, evidence_readme(found, language), signing_key()))


def verify_bundle(file: Path, public_key: str | None) -> list[Check]:
    """Each thing that was looked at. Raises NotFound, or Invalid for what is no bundle."""
    from tierline.connectors.evidence_zip import read_bundle  # noqa: PLC0415 - loaded when used

    return verify_evidence(read_bundle(file), public_key)
