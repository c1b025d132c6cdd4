"""`tierline mail`, and the options that say where letters go."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from tierline.cases.mail import MailOutcome
from tierline.cli.mail_blocks import admit, block, blocked, mailboxes, unblock
from tierline.cli.operator import of_installation, operator

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

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


@click.group()
def mail() -> None:
    """Mail that reaches the desk."""


for _command in (block, unblock, blocked, admit, mailboxes):
    mail.add_command(_command)


@mail.command()
@click.argument("file", type=click.File("rb"))
@click.option(
    "--trusted",
    multiple=True,
    metavar="SERVER",
    help="A mail server of ours whose word counts for when a mail arrived: a name "
    "(mx.example.com, .example.com for all below), an address or a network. Repeat for more.",
)
@click.option(
    "--own-domain",
    multiple=True,
    metavar="DOMAIN",
    help="A domain of the Message-IDs that we make; our own mail is recognised by it.",
)
@click.option("--json", "is_json", is_flag=True, help="The same as JSON.")
def read(
    file: BinaryIO, trusted: tuple[str, ...], own_domain: tuple[str, ...], *, is_json: bool
) -> None:
    """Read the mail in FILE (- for standard input) as the desk reads it, and say why.

    Prints what kind of mail it is with the evidence, its sender, its thread, when it arrived, what
    was written and what was cut away, and its attachments. Nothing is recorded.
    """
    from tierline.bootstrap.incoming_mail import read_mail
    from tierline.cli import mail_report

    found = read_mail(file, trusted=trusted, own_domains=own_domain)
    if is_json:
        click.echo(json.dumps(mail_report.as_json(found), ensure_ascii=False, indent=2))
        return
    for line in mail_report.lines(found):
        click.echo(line)


@mail.command()
@of_installation
@click.argument("file", type=click.File("rb"))
@click.option("--json", "is_json", is_flag=True, help="The same as JSON.")
def receive(file: BinaryIO, data: Path | None, database: str | None, *, is_json: bool) -> None:
    """Take the mail in FILE (- for standard input), and say what became of it.

    For a mail server that hands each mail to a program. The same mail again changes nothing.
    """
    with operator(data, database) as ours:
        made = ours.send("/v1/mails", file.read(), kind="message/rfc822")
    if is_json:
        click.echo(json.dumps(made, ensure_ascii=False, indent=2))
        return
    again = "" if made["is_new"] else " (it was taken before)"
    click.echo(f"{made['outcome']}{again}: {made['case'] or 'no case'}  ({made['id']})")
    if made["reason"]:
        click.echo(made["reason"])


@mail.command("list")
@of_installation
@click.option("--outcome", type=click.Choice([*MailOutcome]), help="With this outcome alone.")
@click.option("--json", "is_json", is_flag=True, help="The same as JSON.")
def list_(data: Path | None, database: str | None, *, outcome: str | None, is_json: bool) -> None:
    """The 200 newest mails that reached the desk, one a line, with what became of each."""
    with operator(data, database) as ours:
        found = ours.request("GET", "/v1/mails", limit=200, outcome=outcome)["items"]
    if is_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for each in found:
        where = each["case"] or "-"
        sender, subject = each["sender"] or "nobody", each["subject"]
        click.echo(f"{each['recorded_at']}  {each['outcome']:<8}  {where}  {sender}  {subject}")
        if each["reason"]:
            click.echo(f"  {each['reason']}")
    if not found:
        click.echo("No mail reached the desk.")
