"""`tierline worker`: the due work of an installation on a server, in a process of its own."""

from __future__ import annotations

import signal
import sys

import click

from tierline.cli.mail import carry_letters, of_mail


@click.command()
@click.option(
    "--database", required=True, metavar="URL", help="The server: postgresql://user@host/name."
)
@of_mail
def worker(database: str, *, mail_server: str | None, mail_from: str | None) -> None:
    """Do due work (sealing, webhooks, letters) until stopped. Run as many as you like.

    On a SQLite file 'tierline serve' does the same in its own process.
    """
    from tierline.bootstrap.application import open_application
    from tierline.bootstrap.logs import log_to
    from tierline.worker.kinds import worker_of

    log_to(sys.stderr)
    with open_application(database=database) as application:
        carry_letters(application, mail_server, mail_from)
        working = worker_of(application, may_print_letters=False)
        signal.signal(signal.SIGTERM, lambda *_: working.end())
        click.echo("Working (Ctrl+C ends it).")
        try:
            working.run()
        except KeyboardInterrupt:
            click.echo("Stopping.")
        finally:
            working.stop()
