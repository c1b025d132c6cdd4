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


@user.command()
@of_installation
@click.argument("user_id", metavar="USER")
@click.option("--tell", "stated", multiple=True, metavar="KIND=WAY",
              help="Such as care=digest: at_once, digest or off. Repeatable.")  # fmt: skip
@click.option("--hour", type=click.IntRange(0, 23), help="The hour of the digest.")
@click.option("--time-zone", help="The zone of that hour: Europe/Berlin.")
def notices(
    data: Path | None,
    database: str | None,
    *,
    user_id: str,
    stated: tuple[str, ...],
    hour: int | None,
    time_zone: str | None,
) -> None:
    """How USER (an id) is told of each kind of notice; what is stated is changed before."""
    path = f"/v1/users/{user_id}/notice-choice"
    with operator(data, database) as ours:
        found = ours.request("GET", path)
        if stated or hour is not None or time_zone is not None:
            ways = dict(each.partition("=")[::2] for each in stated)
            body = {
                "ways": found["ways"] | ways,
                "hour": found["hour"] if hour is None else hour,
                "time_zone": time_zone or found["time_zone"],
            }
            found = ours.request("PUT", path, json=body)
    for kind, way in found["ways"].items():
        click.echo(f"{kind:<12} {way.replace('_', ' ')}")
    if found["next_digest_at"]:
        click.echo(f"Next digest: {found['next_digest_at']} ({found['time_zone']})")


def _columns(each: dict[str, Any]) -> list[str]:
    state = f"disabled {each['disabled_at']}" if each["disabled_at"] else "active"
    factor = "second factor" if each["has_second_factor"] else "password only"
    where = each["account"] or "staff"
    return [each["id"], each["email"], ",".join(each["roles"]), where, factor, state, each["name"]]
