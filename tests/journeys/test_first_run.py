"""The first run of an installation, as its operator has it: terminal, pages, commands."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]

PROGRAM = str(Path(sys.executable).with_name("tierline"))
EMAIL, PASSWORD = "ada@vendor.example", "four boring words here"


@pytest.fixture
def started(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The address of a new server, and the set-up code that it printed."""
    with (tmp_path / "log").open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            [PROGRAM, "serve", "--data", str(tmp_path / "data"), "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=os.environ.copy(),
        )
        try:
            assert process.stdout is not None
            told = process.stdout.readline() + process.stdout.readline()
            found = re.search(r"Set it up at (http://\S+)/set-up with the code (\S+)", told)
            assert found is not None, (told, (tmp_path / "log").read_text("utf-8"))
            yield found[1], found[2]
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=20)


def word(page: httpx.Response) -> str:
    """What the form of a page carries."""
    found = re.search(r'name="form_word" value="(\w+)"', page.text)
    assert found is not None, page.text
    return found[1]


def command(folder: Path, *words: str) -> str:
    done = subprocess.run(
        [PROGRAM, *words[:2], "--data", str(folder), *words[2:]],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_set_up_sign_in_and_a_token_while_the_server_runs(
    started: tuple[str, str], tmp_path: Path
) -> None:
    address, code = started
    with httpx.Client(base_url=address, follow_redirects=True) as browser:
        page = browser.get("/sign-in")
        stated = {"code": code, "name": "Ada", "email": EMAIL, "password": PASSWORD}
        page = browser.post("/set-up", data={**stated, "again": PASSWORD, "form_word": word(page)})
        fields = {"email": EMAIL, "password": PASSWORD, "next": "/me/security"}
        page = browser.post("/sign-in", data={**fields, "form_word": word(page)})
        assert "Your security" in page.text
        assert browser.get("/v1/accounts").status_code == 200

    token = command(tmp_path / "data", "token", "create", "--role", "admin")
    headers = {"Authorization": f"Bearer {token}"}
    assert httpx.get(f"{address}/v1/users", headers=headers).json()["items"][0]["email"] == EMAIL
    user = command(tmp_path / "data", "user", "list").split("\t")[0]
    command(tmp_path / "data", "user", "disable", user)
    said = {"email": EMAIL, "password": PASSWORD}
    assert httpx.post(f"{address}/v1/sessions", json=said).status_code == 401
    id_ = command(tmp_path / "data", "token", "list").split("\t")[0]
    command(tmp_path / "data", "token", "revoke", id_)
    assert httpx.get(f"{address}/v1/users", headers=headers).status_code == 401
    log = (tmp_path / "log").read_text("utf-8")
    assert [secret for secret in (token, code, PASSWORD) if secret in log] == []
