"""`tierline demo`: the sample year judged, a draft beside it, and a page to look at."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("tierline-demo"),
    show_default=True,
    help="Folder for the page and the workbook.",
)
def demo(out: Path) -> None:
    """Judge the sample year of an invented company, with a draft of its next catalog beside it.

    Prints the report and writes it as a page that opens without a server.
    """
    from tierline import bootstrap
    from tierline.cli.replay import Request, run

    sample = bootstrap.sample_files()
    page, workbook, flips = out / "replay.html", out / "replay.xlsx", out / "flips.csv"
    run(
        Request(
            log=None,
            mapping=None,
            catalog=None,
            drafts=(sample.draft,),
            form="text",
            outs=(page, workbook),
            flips=flips,
        )
    )
    click.echo(
        "\n"
        "This was the sample that ships with Tierline: an invented company and its year 2025.\n"
        f"Page:     {page.resolve().as_uri()}\n"
        f"Open it:  {_opener()} {page}\n"
        f"Workbook: {workbook}, every flip: {flips}\n"
        "Your own: tierline replay LOG --mapping M.yaml --catalog C.yaml --draft D.yaml"
    )


def _opener() -> str:
    """The command that opens a file in a browser on this system."""
    return {"darwin": "open", "win32": "start"}.get(sys.platform, "xdg-open")
