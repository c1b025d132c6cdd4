from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tierline.access.permission import Permission
from tierline.bootstrap.application import open_application
from tierline.cli.main import tierline
from tierline.kernel.errors import Invalid

ONE_TOKEN = re.compile(r"tl_[0-9A-Za-z]{43}\n")


def run(folder: Path, group: str, command: str, *words: str) -> Result:
    result = CliRunner().invoke(tierline, [group, command, "--data", str(folder), *words])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def test_a_token_alone_stands_on_standard_output(tmp_path: Path) -> None:
    words = ("--role", "product", "--scope", "send_usage", "--expires", "90d", "--name", "ci")
    printed = run(tmp_path, "token", "create", *words).stdout
    assert ONE_TOKEN.fullmatch(printed)
    with open_application(data=tmp_path) as application:
        caller = application.callers.of_token(printed.strip())
    assert caller.permissions == {Permission.send_usage}
    (line,) = run(tmp_path, "token", "list").stdout.splitlines()
    assert printed.strip() not in line
    assert printed[:11] in line
    assert line.endswith("\tci")


def test_a_token_is_revoked_by_its_id(tmp_path: Path) -> None:
    run(tmp_path, "token", "create", "--role", "admin")
    id_ = run(tmp_path, "token", "list").stdout.split("\t")[0]
    assert run(tmp_path, "token", "revoke", id_).stdout == f"Revoked {id_}.\n"
    assert "\trevoked 2" in run(tmp_path, "token", "list").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--role", "customer_contact"), "cannot be made as stated"),
        (("--role", "agent", "--expires", "soon"), "no end for a token"),
        (("--role", "agent", "--expires", "2027-01-01"), "no end for a token"),
        (("--role", "agent", "--expires", "2020-01-01T00:00:00Z"), "cannot be made as stated"),
        (("--role", "agent", "--scope", "operate"), "cannot be made as stated"),
        (("--role", "agent", "--account", "account_x"), "no account"),
    ],
)
def test_what_cannot_be_a_token_is_told(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    with pytest.raises(Invalid, match=said):
        run(tmp_path, "token", "create", *words)


def test_a_user_is_invited_listed_and_disabled(tmp_path: Path) -> None:
    invited = run(tmp_path, "user", "invite", "ada@vendor.example", "--role", "admin")
    link = re.fullmatch(r"http://\S+/invitation\?code=(\w{43})\n", invited.stdout)
    assert link is not None
    with open_application(data=tmp_path) as application:
        id_ = application.access.accept(link[1], "Ada Byron", None, "four boring words here").id
    (line,) = run(tmp_path, "user", "list").stdout.splitlines()
    assert line.split("\t")[:3] == [id_, "ada@vendor.example", "admin"]
    chosen = ("--tell", "care=digest", "--tell", "follows=off", "--time-zone", "Asia/Tokyo")
    told = run(tmp_path, "user", "notices", id_, *chosen).stdout
    assert "care         digest\n" in told
    assert "(Asia/Tokyo)\n" in told
    again = run(tmp_path, "user", "notices", id_, "--hour", "7").stdout
    assert "follows      off\n" in again
    assert "warnings     at once\n" in again
    run(tmp_path, "user", "disable", id_)
    assert "\tdisabled 2" in run(tmp_path, "user", "list").stdout
