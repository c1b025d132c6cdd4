"""The options that say where letters go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from tierline.bootstrap.application import Application


def of_mail(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of a process that sends letters. Others on the same machine can read a command
    line: a password is better kept in the environment."""
    for option in (
        click.option(
            "--mail-from",
            metavar="ADDRESS",
            help="Who letters come from; else TIERLINE_MAIL_FROM, else the user of the server.",
        ),
        click.option(
            "--mail-server",
            metavar="URL",
            help="Send letters by smtp://user:password@host:port; else TIERLINE_MAIL_SERVER, else "
            "'tierline serve' prints them on its terminal.",
        ),
    ):
        command = option(command)
    return command


def carry_letters(opened: Application, server: str | None, sender: str | None) -> None:
    """Have letters carried as the options say, else the settings; else they are printed."""
    from tierline.bootstrap.letters import post_of

    opened.access.post = post_of(server, sender)
