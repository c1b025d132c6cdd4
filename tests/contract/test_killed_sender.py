from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hook_server import hook_server
from killed_sender import LEASE

from tierline.actions.accounts import AccountDetails, open_account
from tierline.actions.webhooks import WebhookDetails, add_webhook
from tierline.bootstrap.application import Application, open_application
from tierline.bootstrap.webhooks import secret_box
from tierline.worker.kinds import worker_of

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]
SUPPORT = Path(__file__).parents[1] / "support"


def set_up(application: Application, url: str) -> None:
    details = WebhookDetails(url=url, kinds=("AccountOpened",), allows_plain=True)
    occasion = application.occasion()
    application.change(lambda records: add_webhook(records, details, secret_box(), occasion))
    pine = AccountDetails(name="Pine")
    application.change(lambda records: open_account(records, pine, application.occasion()))


def test_a_message_in_flight_at_kill_9_is_sent_again_under_the_same_id(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIERLINE_WEBHOOKS_TO_PRIVATE", "1")
    with hook_server() as hook:
        with open_application(database=address) as application:
            set_up(application, hook.address)
        hook.slow_seconds = 30
        process = subprocess.Popen(
            [sys.executable, SUPPORT / "killed_sender.py", address],
            stdin=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": str(SUPPORT)},
        )
        hook.wait_for(1, seconds=30)
        process.kill()
        process.wait()
        assert process.stdin is not None
        process.stdin.close()
        hook.slow_seconds = 0
        with open_application(database=address) as application:
            worker = worker_of(application)
            worker.start()
            hook.wait_for(2, seconds=LEASE.total_seconds() + 20)
            while application.read(lambda reads: reads.due_work.waiting()).keys() != {"duties"}:
                pass
            worker.stop()
        (first, content), (second, again) = hook.got
        assert first["webhook-id"] == second["webhook-id"]
        assert content == again
