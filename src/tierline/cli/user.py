"""`tierline user`: invite, list and disable users."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tierline.access.role import Role
from tierline.cli.operator import of_installation, operator


@click.group()
def user() -> None:
    """People's logins: invite them, list them, disable them."""


@user.command()
@of_installation
@click.argument("email")
@click.option(
    "--role",
    "roles",
    required=True,
    multiple=True,
    type=click.Choice([*Role]),
    help="What they may do; may be given several times.",
)
@click.option("--account", metavar="ID", help="The account of a customer's user.")
def invite(data: Path | None, database: str | None, **stated: Any) -> None:
    """Print a link with which EMAIL chooses a password. It works once, within 7 days."""
    body = {
        "email": stated["email"],
        "roles": [str(role) for role in stated["roles"]],
        "account": stated["account"],
    }
    with operator(data, database) as installation:
        made = installation.request("POST", "/v1/invitations", json=body)
    click.echo(made["link"])


@user.command("list")
@of_installation
def list_(data: Path | None, database: str | None) -> None:
    """Every user, the newest first."""
    with operator(data, database) as installation:
        for each in installation.items("/v1/users"):
            click.echo("\t".join(_columns(each)))


@user.command()
@of_installation
@click.argument("user_id", metavar="USER")
def disable(data: Path | None, database: str | None, user_id: str) -> None:
    """Take everything from USER (an id) at once: the login, sessions, links and tokens."""
    with operator(data, database) as installation:
        installation.request("PUT", f"/v1/users/{user_id}/disablement")
    click.echo(f"Disabled {user_id}.")


def _columns(each: dict[str, Any]) -> list[str]:
    state = f"disabled {each['disabled_at']}" if each["disabled_at"] else "active"
    factor = "second factor" if each["has_second_factor"] else "password only"
    where = each["account"] or "staff"
    return [each["id"], each["email"], ",".join(each["roles"]), where, factor, state, each["name"]]
