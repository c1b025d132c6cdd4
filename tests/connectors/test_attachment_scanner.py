"""Scanners, with a server that speaks clamd's protocol and with real programs."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from clamd_server import EICAR, STREAM_LIMIT_BYTES, clamd

from tierline.connectors.attachment_scanner import Clamd, Program, ScanFailed, scanner_at
from tierline.kernel.errors import Invalid

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]
FINDS = (
    "import sys; found = b'EICAR' in sys.stdin.buffer.read(); print('Eicar' * found);"
    "sys.exit(int(found))"
)


def program(code: str, seconds: float = 10) -> Program:
    return Program((sys.executable, "-c", code), seconds)


def test_clamd_finds_what_it_knows_and_lets_the_rest_go() -> None:
    with clamd() as address:
        assert Clamd(address).scan(b"a log " * 50_000) == ""
        assert Clamd(address).scan(b"") == ""
        assert Clamd(address).scan(b"x" * 100_000 + EICAR) == "Eicar-Test-Signature"


def test_a_file_that_clamd_does_not_look_at_is_not_clean() -> None:
    with clamd() as address, pytest.raises(ScanFailed, match="size limit exceeded"):
        Clamd(address).scan(b"x" * (STREAM_LIMIT_BYTES + 200_000))
    with pytest.raises(ScanFailed, match="cannot be asked"):
        Clamd(address).scan(b"x")  # it is gone by now
    with clamd(is_silent=True) as silent, pytest.raises(ScanFailed):
        Clamd(silent, seconds=0.2).scan(b"x")


def test_a_program_says_it_by_how_it_ends() -> None:
    assert program(FINDS).scan(b"a log") == ""
    assert program(FINDS).scan(EICAR) == "Eicar"
    with pytest.raises(ScanFailed, match="ended with 2"):
        program("raise SystemExit(2)").scan(b"x")
    with pytest.raises(ScanFailed, match="took more than"):
        program("import time; time.sleep(9)", seconds=0.3).scan(b"x")
    with pytest.raises(ScanFailed, match="cannot be run"):
        Program(("/nowhere/scan",)).scan(b"x")


def test_the_script_of_the_documents_gives_a_scanner_the_name_of_a_file(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "mail.md").read_text("utf-8")
    (body,) = (each for each in page.split("```sh\n") if each.startswith("#!/bin/sh"))
    script, kept = tmp_path / "scan-file", tmp_path / "kept"
    script.write_text(body.partition("```")[0])
    script.chmod(0o755)
    kept.mkdir()
    # grep is a scanner that wants a name; found is 1 by the documents, and 0 by grep
    scans = "sh -c '! grep -a -o EICAR \"$0\"'"
    scanner = scanner_at(f"command:/usr/bin/env TMPDIR={kept} {script} {scans}")
    assert scanner.scan(b"a log " * 50_000) == ""
    assert scanner.scan(b"x" * 100_000 + EICAR) == "EICAR"
    with pytest.raises(ScanFailed, match="ended with 127"):
        scanner_at(f"command:/usr/bin/env TMPDIR={kept} {script} /nowhere/scan").scan(b"x")
    assert list(kept.iterdir()) == [], "nothing is left of a file"


def test_a_scanner_is_stated_in_one_line() -> None:
    assert scanner_at("clamd://scan.example:3311") == Clamd(("scan.example", 3311))
    assert scanner_at("clamd://scan.example") == Clamd(("scan.example", 3310))
    assert scanner_at("clamd:///run/clamav/clamd.ctl") == Clamd("/run/clamav/clamd.ctl")
    assert scanner_at("command:/usr/bin/scan --fast 'a b'") == Program(
        ("/usr/bin/scan", "--fast", "a b")
    )


@pytest.mark.parametrize("stated", ["clamd:", "clamd://", "command:", "icap://x", "command:'x"])
def test_what_is_no_scanner_is_refused(stated: str) -> None:
    with pytest.raises(Invalid) as refused:
        scanner_at(stated)
    assert refused.value.faults[0].path == "TIERLINE_ATTACHMENT_SCANNER"
