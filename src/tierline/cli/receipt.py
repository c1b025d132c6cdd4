"""`tierline receipt`: show and verify receipts."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from tierline.kernel.digest import canonical_json
from tierline.kernel.durations import in_words
from tierline.kernel.errors import Invalid, NotFound
from tierline.kernel.instants import SECOND_US
from tierline.milestones.receipt import verify as verify_receipt

_MAX_BYTES = 16 * 1024 * 1024
_ZIP = b"PK\x03\x04"
_FIGURES = "tierline/attainment/1"


@click.group()
def receipt() -> None:
    """Receipts: one case's promises with facts, terms and every step."""


@receipt.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--public-key", help="The issuer's key, as published with the grid (ed25519:...).")
def verify(file: Path, public_key: str | None) -> None:
    """Work FILE out again from its own facts and terms; exit 1 if anything differs."""
    checks = verify_receipt(read_receipt(file), public_key)
    for check in checks:
        click.echo(f"{'✓' if check.passed else '×'} {check.name}: {check.found}")
    if not all(check.passed for check in checks):
        click.echo("This receipt does not verify.")
        sys.exit(1)
    click.echo("This receipt verifies.")


@receipt.command()
def key() -> None:
    """Print the public half of this installation's key; publish it beside the grid."""
    from tierline import bootstrap

    click.echo(bootstrap.signing_key().public_text())


@receipt.command()
@click.argument("file", type=click.Path(path_type=Path))
def show(file: Path) -> None:
    """Print the ledger of FILE in words."""
    found = read_receipt(file)
    try:
        click.echo(receipt_text(found))
    except (KeyError, TypeError, AttributeError) as error:
        raise Invalid(
            f"{file} is not a receipt, or a damaged one ({type(error).__name__}: {error}).",
            code="damaged_receipt",
        ) from None


def read_receipt(file: Path) -> dict[str, Any]:
    """The receipt in a file, or a sentence that says why there is none."""
    if not file.is_file():
        raise NotFound(f"There is no file {file}.")
    with file.open("rb") as opened:
        if opened.read(4) == _ZIP:
            raise Invalid(
                f"{file} is a ZIP: verify an evidence bundle with 'tierline bundle verify'.",
                code="not_a_receipt",
            )
    if file.stat().st_size > _MAX_BYTES:
        raise Invalid(f"{file} is larger than {_MAX_BYTES // 2**20} MiB: this is no receipt.")
    try:
        found = json.loads(file.read_bytes())
        canonical_json(found)  # NaN and half characters are read by json, and have no digest
    except RecursionError:
        raise Invalid(f"{file} is not a receipt: it is nested too deep.") from None
    except ValueError as error:
        raise Invalid(f"{file} is not JSON: {error}.") from None
    if not isinstance(found, dict):
        raise Invalid(f"{file} is not a receipt: it holds no JSON object.")
    if found.get("format") == _FIGURES:
        raise Invalid(
            f"{file} holds figures without the facts behind them. Download the signed evidence (a "
            "ZIP) from the same page, and verify it with 'tierline bundle verify'.",
            code="not_a_receipt",
        )
    return found


def receipt_text(found: dict[str, Any]) -> str:
    """A receipt for people: each milestone, its ledger, and the sum that makes its verdict."""
    facts, terms = found["facts"], found["terms"]
    lines = [
        (
            f"Case {facts['case']}, tier {facts['tier']}, "
            f"under {terms['catalog']} of {terms['version']}, as of {found['as_of']}"
        ),
        "",
        "Facts",
        *(
            f"  {e['at']:<27} {_words(e['kind'])} {e.get('value', '')}".rstrip()
            for e in facts["events"]
        ),
    ]
    for entry in found["milestones"]:
        lines += ["", *_milestone_lines(entry)]
    if not found["milestones"]:
        lines += ["", "Nothing is promised on this case."]
    return "\n".join(lines)


def _milestone_lines(entry: dict[str, Any]) -> list[str]:
    number = f" #{entry['cycle'] + 1}" if entry["cycle"] else ""
    lines = [
        f"{_words(entry['milestone'])}{number}: {entry['verdict'].upper()}",
        (
            f"  promise {entry['promise']} · {_length(entry['allowance_us'])} on hours "
            f"'{entry['hours']}' · due {entry['due_at'] or 'when it resumes'}"
        ),
        f"  {'from':<27} {'to':<27} {'state':<24} {'counted':>12} {'total':>12}",
    ]
    for line in entry["ledger"]:
        state = f"{_words(line['state'])} {_words(line['reason'])}".strip()
        lines.append(
            f"  {line['from']:<27} {line['to']:<27} {state:<24} "
            f"{_seconds(line['counted_us']):>12} {_seconds(line['total_us']):>12}"
        )
    left = entry["allowance_us"] - entry["used_us"]
    margin = f"{_length(left)} to spare" if left >= 0 else f"{_length(-left)} too long"
    lines.append(
        f"  used {_seconds(entry['used_us'])} of {_seconds(entry['allowance_us'])}: {margin}"
    )
    return lines


def _words(name: str) -> str:
    return name.replace("_", " ")


def _length(micros: int) -> str:
    """Open time in hours: a day of it would be read as 24 hours, and may be eight."""
    hours, seconds = divmod(micros // SECOND_US, 3600)
    rest = in_words(seconds) if seconds else ""
    return f"{hours:,}\u202fh {rest}".rstrip() if hours else in_words(seconds)


def _seconds(micros: int) -> str:
    whole, rest = divmod(micros, SECOND_US)
    return f"{whole:,} s" if not rest else f"{micros / SECOND_US:,.6f} s"
