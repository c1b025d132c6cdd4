"""`tierline worker`: the due work of an installation on a server, in a process of its own."""

from __future__ import annotations

import signal
import sys
from contextlib import ExitStack

import click

from tierline.cli.mail import carry_letters, of_mail
from tierline.cli.status import status_duties


@click.command()
@click.option(
    "--database", required=True, metavar="URL", help="The server: postgresql://user@host/name."
)
@of_mail
@click.option(
    "--metrics-port",
    type=click.IntRange(0, 65535),
    help="Answer /metrics for Prometheus at this port; 0 takes a free one.",
)
@click.option(
    "--metrics-host", default="127.0.0.1", show_default=True, help="Address of --metrics-port."
)
def worker(
    database: str,
    *,
    mail_server: str | None,
    mail_from: str | None,
    metrics_port: int | None,
    metrics_host: str,
) -> None:
    """Do due work (sealing, webhooks, letters) until stopped. Run as many as you like.

    On a SQLite file 'tierline serve' does the same in its own process.
    """
    from tierline.api.metrics import Metrics
    from tierline.bootstrap.application import open_application
    from tierline.bootstrap.following import Following
    from tierline.bootstrap.logs import log_to
    from tierline.worker.kinds import worker_of

    log_to(sys.stderr)
    with (
        open_application(database=database) as application,
        Following(application),
        ExitStack() as serving,
    ):
        if metrics_port is not None:
            metrics = Metrics(application).served(metrics_host, metrics_port)
            port = serving.enter_context(metrics)
            click.echo(f"Figures at http://{metrics_host}:{port}/metrics")
        carry_letters(application, mail_server, mail_from)
        working = worker_of(application, may_print_letters=False, more=status_duties())
        signal.signal(signal.SIGTERM, lambda *_: working.end())
        click.echo("Working (Ctrl+C ends it).")
        try:
            working.run()
        except KeyboardInterrupt:
            click.echo("Stopping.")
        finally:
            working.stop()
