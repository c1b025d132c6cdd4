from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hook_server import Hook, hook_server

from tierline.cli.webhook import webhook

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hook]:
    monkeypatch.setenv("TIERLINE_WEBHOOKS_TO_PRIVATE", "1")
    with hook_server() as running:
        yield running


def run(*words: object) -> Result:
    return CliRunner().invoke(webhook, [str(word) for word in words])


def test_a_webhook_is_added_listed_and_tried(tmp_path: Path, hook: Hook) -> None:
    data = ("--data", tmp_path)
    assert run("list", *data).output == "There are no webhooks.\n"
    made = run("add", *data, hook.address, "--kind", "ContractSigned")
    found = re.fullmatch(r"(webhook_\w+)\nSecret, shown this once: whsec_\S+\n", made.output)
    assert found is not None, made.output
    listed = f"{found[1]}  {hook.address}  ContractSigned  enabled\n"
    assert run("list", *data).output == listed
    tried = run("test", *data, found[1])
    assert re.fullmatch(r"Arrived after [\d,]+ ms: status 204\n", tried.output)
    hook.answers = [503]
    tried = run("test", *data, found[1])
    assert tried.exit_code == 1
    assert re.fullmatch(r"Did not arrive after [\d,]+ ms: status 503\n", tried.output)
