from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from served import serve_small_world

from tierline.cli.main import tierline
from tierline.kernel.errors import Conflict, Invalid


def run(*words: str | Path, given: str = "") -> Result:
    result = CliRunner().invoke(tierline, [str(word) for word in words], input=given)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


@pytest.fixture
def world(tmp_path: Path) -> tuple[Path, str]:
    """An installation, and an account on Priority."""
    with serve_small_world(tmp_path / "data") as served:
        return tmp_path / "data", served.pine


def raised(world: tuple[Path, str], **stated: str) -> str:
    """The id of a new case."""
    data, account = world
    options = [word for name, value in stated.items() for word in (f"--{name}", value)]
    words = ["case", "open", "--data", data, "--account", account, "--subject", "Line 3", *options]
    return str(json.loads(run(*words, "--json", "-", given="Nothing moves.\n").stdout)["id"])


def test_a_case_is_raised_from_a_line_and_says_what_is_promised(world: tuple[Path, str]) -> None:
    data, account = world
    said = run(
        "case", "open", "--data", data, "--account", account, "--subject", "Line 3",
        "--severity", "S1", "-", given="Nothing moves.\n",
    ).stdout  # fmt: skip
    assert said.startswith("Case 1: Line 3")
    assert "new, S1, covered, held to priority" in said
    assert "acknowledge      running  due " in said
    assert "  Nothing moves." in said


def test_the_list_and_one_case_say_the_same_as_the_api(world: tuple[Path, str]) -> None:
    data, _ = world
    assert run("case", "list", "--data", data).stdout == "No case is open.\n"
    first, second = raised(world), raised(world, severity="S1")
    rows = run("case", "list", "--data", data).stdout.splitlines()
    assert [second in rows[0], first in rows[1]] == [True, True]
    found = json.loads(run("case", "list", "--data", data, "--state", "new", "--json").stdout)
    assert [each["id"] for each in found] == [second, first]
    assert run("case", "show", "--data", data, first).stdout.startswith("Case 1: Line 3")
    assert run("case", "show", "--data", data, "2").stdout.startswith("Case 2: Line 3")
    for unknown in ("case_x", "77"):
        with pytest.raises(Invalid, match=f"There is no case '{unknown}'"):
            run("case", "show", "--data", data, unknown)


def test_a_receipt_is_written_once_and_verifies(
    world: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIERLINE_HOME", str(tmp_path / "home"))
    data, file = world[0], tmp_path / "case.json"
    identifier = raised(world, severity="S1")
    run("case", "receipt", "--data", data, identifier, "-o", file)
    assert "acknowledge" in run("receipt", "show", file).stdout.lower()
    run("receipt", "verify", file)
    with pytest.raises(Conflict, match="there already"):
        run("case", "receipt", "--data", data, identifier, "-o", file)


def test_a_breach_that_no_worker_told_yet_is_a_difference_in_words(
    world: tuple[Path, str],
) -> None:
    case = raised(world, severity="S1")
    verify = ("case", "verify", "--data", world[0])
    assert run(*verify).stdout.endswith("folded and replayed: 0 differences\n")
    words = [str(word) for word in (*verify, "--as-of", "2199-01-01T00:00:00Z")]
    late = CliRunner().invoke(tierline, words)
    assert late.exit_code == 1
    told = rf"^{case}  acknowledge 0 breached at 20\S+Z, which nobody told$"
    assert re.search(told, late.output, re.MULTILINE)


def test_a_wrong_severity_is_told_with_those_that_there_are(world: tuple[Path, str]) -> None:
    with pytest.raises(Invalid) as refused:
        raised(world, severity="S9")
    assert "S1, S2" in refused.value.faults[0].write_instead


def test_a_case_is_worked_from_a_terminal(world: tuple[Path, str]) -> None:
    raised(world, severity="S2")

    def work(command: str, *words: str, given: str = "") -> str:
        where = ["case", command, "--data", world[0], "1"]
        return run(*where, *words, given=given).stdout

    assert "\nopen, S1, covered" in work("severity", "S1")
    assert "  Seen.\n" in work("say", "-", given="Seen.\n")
    assert "(note among us)\n  Ask Ada.\n" in work("say", "--note", "-", given="Ask Ada.\n")
    waiting = work("wait", "waiting_on_customer", "--ask", "-", given="Which line?\n")
    assert "\nwaiting, S1" in waiting
    assert "  Which line?\n" in waiting
    assert "\nopen, S1" in work("go-on")
    assert re.search(r"acknowledge +met +stopped", work("restore", "-", given="It runs again.\n"))
    with pytest.raises(Invalid, match="not whole"):
        work("resolve", "-", given="Changed the cable.\n")
    resolved = work("resolve", "--why", "It was cut.", "-", given="Changed the cable.\n")
    assert "\nresolved, S1" in resolved
    assert "\nopen, S1" in work("reopen")
    work("resolve", "--why", "It was cut.", "-", given="Changed the cable.\n")
    assert json.loads(work("close", "--json"))["state"] == "closed"
    with pytest.raises(Invalid, match="closed"):
        work("say", "-", given="One more thing.\n")


def test_the_list_is_narrowed_by_what_is_asked(world: tuple[Path, str]) -> None:
    severe, mild = raised(world, severity="S1"), raised(world, severity="S2", channel="email")

    def listed(*words: str) -> list[str]:
        found = run("case", "list", "--data", world[0], "--json", *words).stdout
        return sorted(each["id"] for each in json.loads(found))

    both = sorted([severe, mild])
    assert listed("--severity", "S1") == [severe]
    assert listed("--severity", "S1", "--severity", "S2") == both
    assert listed("--tier", "priority") == both
    assert listed("--channel", "email") == [mild]
    assert listed("--view", "unassigned", "--severity", "S2") == [mild]
    nothing = run("case", "list", "--data", world[0], "--tier", "gold").stdout
    assert nothing == "No case is like that.\n"
    with pytest.raises(Invalid) as refused:
        listed("--view", "mime")
    assert [each.path for each in refused.value.faults] == ["query.view"]
