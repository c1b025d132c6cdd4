from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from facts import fact, write

from tierline.api.metrics import Metrics
from tierline.bootstrap.application import open_application
from tierline.bootstrap.letters import post_of
from tierline.kernel.errors import Invalid
from tierline.store.engine import open_store, open_to_read
from tierline.store.seals import verify_chain
from tierline.worker.kinds import worker_of


def test_a_worker_seals_what_waits_and_ends_when_it_is_told(tmp_path: Path) -> None:
    database = str(tmp_path / "tierline.db")
    with open_store(database) as store:
        write(store, fact(1), fact(2))
    process = subprocess.Popen(
        [Path(sys.executable).with_name("tierline"), "worker", "--database", database],
        stdout=subprocess.PIPE,
        env=os.environ,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "Working (Ctrl+C ends it).\n"
    with open_to_read(database) as readers:
        while readers.read(verify_chain).unsealed:
            assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 0
    process.stdout.close()


@pytest.mark.enable_socket
@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_worker_answers_its_figures_where_it_is_told_to(tmp_path: Path) -> None:
    command = ["worker", "--database", str(tmp_path / "tierline.db"), "--metrics-port", "0"]
    process = subprocess.Popen(
        [Path(sys.executable).with_name("tierline"), *command],
        stdout=subprocess.PIPE,
        env=os.environ,
        text=True,
    )
    assert process.stdout is not None
    address = process.stdout.readline().removeprefix("Figures at ").strip()
    assert process.stdout.readline() == "Working (Ctrl+C ends it).\n"
    figures = httpx.get(address, timeout=10).text
    assert "tierline_store_up 1.0" in figures
    assert "tierline_seal_lag_seconds 0.0" in figures
    taken = address.removesuffix("/metrics").rpartition(":")[2]
    with open_application(data=tmp_path / "other") as other:
        metrics = Metrics(other).served("127.0.0.1", int(taken))
        with pytest.raises(Invalid, match="cannot be used"), metrics:
            pass
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 0
    process.stdout.close()


def test_a_worker_without_a_mail_server_prints_no_letter(tmp_path: Path) -> None:
    with open_application(data=tmp_path) as opened:
        lanes = [lane.name for lane in worker_of(opened, may_print_letters=False).lanes]
        assert "letters" not in lanes
        opened.access.post = post_of("smtp://127.0.0.1", "support@vendor.example")
        lanes = [lane.name for lane in worker_of(opened, may_print_letters=False).lanes]
        assert "letters" in lanes
