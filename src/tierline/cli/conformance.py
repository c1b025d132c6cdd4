"""`tierline conformance FILE`: business-time vectors, run through this program's own functions."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from tierline.actions.conformance import run_vectors
from tierline.kernel.errors import Invalid

_FAILED = 1


@click.command("conformance")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def conformance(file: Path) -> None:
    """Run the vectors in FILE and print each failure with what was got and expected.

    FILE is a JSON list of vectors, or an object with such a list as 'vectors'. The last line reads
    "N passed, M failed"; the exit code is 1 where any failed. docs/conformance.md has the form.
    """
    results = run_vectors(_parsed(file))
    for result in results:
        if not result.passed:
            click.echo(result.line())
    passed = sum(result.passed for result in results)
    click.echo(f"{passed} passed, {len(results) - passed} failed")
    if passed < len(results):
        sys.exit(_FAILED)


def _parsed(file: Path) -> object:
    try:
        parsed: object = json.loads(file.read_bytes())
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deep" if isinstance(error, RecursionError) else str(error)
        raise Invalid(f"{file} is not readable as JSON: {reason}", code="bad_json") from None
    return parsed
