"""From an invitation on the command line to a signed-in browser, by mail, with a real server."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from mail_box import MailBox, mail_box
from running_server import running_server

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]
PROGRAM = str(Path(sys.executable).with_name("tierline"))
EMAIL, PASSWORD, OTHER = "ada@vendor.example", "four boring words here", "other boring words here"


def link_in(box: MailBox, number: int) -> str:
    """The link of a mail, once it came."""
    box.wait_for(number, seconds=20)
    part = box.mails[number - 1].get_body(("plain",))
    assert part is not None
    found = re.search(r"http://\S+", part.get_content())
    assert found is not None
    return found[0]


def send(browser: httpx.Client, page: httpx.Response, path: str, **fields: str) -> httpx.Response:
    """Fill in the form of a page."""
    hidden = dict(re.findall(r'name="(form_word|code|next)" value="([^"]*)"', page.text))
    return browser.post(path, data={**hidden, **fields})


def test_invited_by_mail_and_back_in_by_mail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, log = str(tmp_path / "data"), tmp_path / "log"
    monkeypatch.setenv("TIERLINE_MAIL_FROM", "Support <support@vendor.example>")
    with mail_box() as box:
        monkeypatch.setenv("TIERLINE_MAIL_SERVER", f"smtp://127.0.0.1:{box.port}")
        with running_server("--data", data, log=log) as address:
            command = [PROGRAM, "user", "invite", "--data", data, EMAIL, "--role", "admin"]
            subprocess.run(command, check=True, capture_output=True)
            browser = httpx.Client(base_url=address, follow_redirects=True)
            page = browser.get(link_in(box, 1))
            stated = {"name": "Ada", "password": PASSWORD, "again": PASSWORD}
            page = send(browser, page, "/invitation", **stated)
            page = send(browser, page, "/sign-in", email=EMAIL, password=PASSWORD)
            assert "Ada" in browser.get("/letters").text
            browser.cookies.clear()
            page = browser.get("/password-reset")
            send(browser, page, "/password-reset", email=EMAIL)
            page = browser.get(link_in(box, 2))
            stated = {"password": OTHER, "again": OTHER}
            page = send(browser, page, "/password-reset/completion", **stated)
            page = send(browser, page, "/sign-in", email=EMAIL, password=OTHER)
            assert (
                '<td role="cell" data-label="About">Password reset' in browser.get("/letters").text
            )
            browser.close()
        told = log.read_text("utf-8")
        secrets = [link_in(box, number).split("code=")[1] for number in (1, 2)]
    assert [secret for secret in secrets if secret in told] == []


def test_a_mail_server_that_cannot_be_is_told_before_anything_is_served(
    tmp_path: Path,
) -> None:
    command = [PROGRAM, "serve", "--data", str(tmp_path), "--mail-server", "smtp://u:hidden@x/y"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert "Letters cannot go by mail as stated." in done.stderr
    assert "--mail-from support@example.com" in done.stderr
    assert "hidden" not in done.stderr + done.stdout
