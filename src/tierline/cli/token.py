"""`tierline token`: make, list and revoke tokens."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tierline.access.permission import Permission
from tierline.access.role import Role
from tierline.cli.operator import of_installation, operator
from tierline.kernel import clock
from tierline.kernel.errors import Invalid
from tierline.kernel.instants import format_instant, parse_instant

if TYPE_CHECKING:
    pass

_DAYS = re.compile(r"([1-9][0-9]{0,4})d")


@click.group()
def token() -> None:
    """What programs show to be let in: make tokens, list them, revoke them."""


@token.command()
@of_installation
@click.option(
    "--role", required=True, type=click.Choice([*Role]), help="What the token is for, and may do."
)
@click.option("--account", metavar="ID", help="Narrow it to one account.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([*Permission]),
    metavar="PERMISSION",
    help="Narrow it to this permission of the role; may be given several times.",
)
@click.option("--expires", metavar="WHEN", help="An instant (2027-01-01T00:00:00Z), or days: 90d.")
@click.option("--name", default="", help="What it is for, to know it again in a list.")
def create(data: Path | None, database: str | None, **stated: Any) -> None:
    """Print a new token. It is shown this once: keep it where your program finds it.

    Goes through the server where one is running.
    """
    body = {
        "role": str(stated["role"]),
        "name": stated["name"],
        "account": stated["account"],
        "scopes": [str(each) for each in stated["scopes"]] or None,
        "expires_at": _instant(stated["expires"]),
    }
    with operator(data, database) as installation:
        made = installation.request("POST", "/v1/tokens", json=body)
    click.echo(made["token"])


@token.command("list")
@of_installation
def list_(data: Path | None, database: str | None) -> None:
    """Every token that was ever made, the newest first, without its secret."""
    with operator(data, database) as installation:
        for each in installation.items("/v1/tokens"):
            click.echo("\t".join(_columns(each)))


@token.command()
@of_installation
@click.argument("token_id", metavar="TOKEN")
def revoke(data: Path | None, database: str | None, token_id: str) -> None:
    """Let TOKEN (its id) open nothing any more, nor the tokens that were made with it."""
    with operator(data, database) as installation:
        installation.request("DELETE", f"/v1/tokens/{token_id}")
    click.echo(f"Revoked {token_id}.")


def _instant(text: str | None) -> str | None:
    if text is None:
        return None
    days = _DAYS.fullmatch(text.strip())
    if days is not None:
        return format_instant(clock.now() + timedelta(days=int(days[1])))
    try:
        return format_instant(parse_instant(text))
    except Invalid:
        raise Invalid(
            f"'{text}' is no end for a token. Write an instant with its zone "
            "(2027-01-01T00:00:00Z), or a number of days (90d).",
            code="bad_expiry",
        ) from None


def _columns(each: dict[str, Any]) -> list[str]:
    state = "open"
    if each["revoked_at"]:
        state = f"revoked {each['revoked_at']}"
    elif each["expires_at"]:
        state = f"until {each['expires_at']}"
    used = each["last_used_at"] or "never used"
    scopes = ",".join(each["scopes"]) if each["scopes"] else "all of the role"
    where = each["account"] or "all accounts"
    return [each["id"], f"{each['shown']}…", each["role"], scopes, where, state, used, each["name"]]
