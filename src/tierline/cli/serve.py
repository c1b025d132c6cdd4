"""`tierline serve`: the pages, the API and the worker in one process."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from tierline.cli.operator import of_installation, which


@click.command()
@of_installation
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="Port; 0 takes a free one.",
)
def serve(data: Path | None, database: str | None, *, host: str, port: int) -> None:
    """Serve the pages and the API until it is stopped.

    One process owns a data folder. For several processes keep the data in PostgreSQL: --database.
    """
    from tierline.api.application import application
    from tierline.api.server import control_socket_of
    from tierline.api.server import serve as run
    from tierline.bootstrap.application import FILE_NAME, open_application
    from tierline.bootstrap.following import Following
    from tierline.bootstrap.logs import log_to
    from tierline.worker.kinds import worker_of

    if data is None and database is None:
        data = Path("tierline-data")
    which(data, database)
    log_to(sys.stderr)
    with open_application(data=data, database=database) as opened, Following(opened):
        control = None if data is None else control_socket_of(data.absolute() / FILE_NAME)
        worker = worker_of(opened)
        worker.start()
        try:
            run(application(opened), host=host, port=port, control=control, on_start=_announce)
        finally:
            worker.stop()


def _announce(address: str) -> None:
    click.echo(f"Tierline answers at {address} (Ctrl+C ends it)")
