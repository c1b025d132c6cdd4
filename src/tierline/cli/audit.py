"""`tierline audit`: the journal of facts can be checked by whoever has the database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tierline.cli.operator import address_of, of_installation
from tierline.cli.progress import row_progress
from tierline.kernel.errors import Invalid

if TYPE_CHECKING:
    from tierline.store.seals import Head

HOLDS, BROKEN = 0, 1


@click.group()
def audit() -> None:
    """The journal of facts: its chain of seals, and its head to note down elsewhere."""


@audit.command()
@of_installation
@click.option("--head", "kept", metavar="HEAD", help="A head that 'tierline audit head' printed.")
@click.pass_context
def verify(
    context: click.Context, data: Path | None, database: str | None, kept: str | None
) -> None:
    """Recompute every link; exit 1 at the first that does not hold.

    A head that was noted earlier also shows an end that was cut off, or a chain computed anew.
    """
    from tierline.bootstrap import upkeep

    head = None if kept is None else parsed_head(kept)
    with row_progress() as progress:
        report = upkeep.verify_journal(address_of(data, database), kept=head, progress=progress)
    if report.broken is None:
        click.echo(f"{report.head.position:,} facts are sealed, and the chain holds.")
        click.echo(f"{report.unsealed:,} facts wait for their seals.")
        click.echo(f"Head: {report.head}")
        context.exit(HOLDS)
    click.echo(f"{report.head.position:,} facts hold; then the chain is broken.")
    click.echo(f"First broken link: {report.broken}.")
    context.exit(BROKEN)


@audit.command()
@of_installation
def head(data: Path | None, database: str | None) -> None:
    """Print the last link. Keep it where nobody who can change the database can change it."""
    from tierline.bootstrap import upkeep

    click.echo(str(upkeep.journal_head(address_of(data, database))))


def parsed_head(text: str) -> Head:
    """The head that was printed as `POSITION:LINK`."""
    from tierline.store.seals import Head

    position, _, link = text.strip().partition(":")
    if not (position.isascii() and position.isdigit()) or not link.startswith("sha256:"):
        raise Invalid(
            f"'{text}' is not a head. Write it as 'tierline audit head' printed it: 120:sha256:...",
            code="bad_head",
        )
    return Head(int(position), link)
