"""`tierline serve`: the pages, the API and the worker in one process."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tierline.cli.mail import carry_letters, of_mail
from tierline.cli.operator import of_installation, which
from tierline.cli.status import status_duties

if TYPE_CHECKING:
    from tierline.bootstrap.application import Application


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
@of_mail
def serve(
    data: Path | None,
    database: str | None,
    *,
    host: str,
    port: int,
    mail_server: str | None,
    mail_from: str | None,
) -> None:
    """Serve the pages and the API until it is stopped.

    One process owns a data folder. For several processes keep the data in PostgreSQL: --database.
    """
    from tierline.api.application import application
    from tierline.api.server import control_socket_of
    from tierline.api.server import serve as run
    from tierline.bootstrap.application import FILE_NAME, open_application
    from tierline.bootstrap.following import Following
    from tierline.bootstrap.logs import log_to
    from tierline.bootstrap.mail_listening import listener_of
    from tierline.web.routes import ROUTES
    from tierline.worker.kinds import worker_of

    if data is None and database is None:
        data = Path("tierline-data")
    which(data, database)
    log_to(sys.stderr)
    with open_application(data=data, database=database) as opened, Following(opened):
        carry_letters(opened, mail_server, mail_from)
        control = None if data is None else control_socket_of(data.absolute() / FILE_NAME)
        worker, listener = worker_of(opened, more=status_duties()), listener_of(opened)
        mail_at = None if listener is None else listener.start()
        worker.start()
        try:
            run(
                application(opened, ROUTES),
                host=host,
                port=port,
                control=control,
                on_start=partial(_announce, opened, mail_at),
                on_stop=opened.changes.close,
            )
        finally:
            if listener is not None:
                listener.stop()
            worker.stop()


def _announce(opened: Application, mail_at: str | None, address: str) -> None:
    """Where to look; and while there is nobody, how to become the first admin."""
    click.echo(f"Tierline answers at {address} (Ctrl+C ends it)")
    opened.access.address = opened.access.stated_address(address)
    if opened.access.post.place:
        place, pages = opened.access.post.place, opened.access.address
        click.echo(f"Letters go by mail through {place}; their links lead to {pages}")
    if mail_at is not None:
        click.echo(f"Mail to the desk is taken at {mail_at}")
    code = opened.access.set_up_code()
    if code is not None:
        click.echo(f"There is no user yet. Set it up at {address}/set-up with the code {code}")
