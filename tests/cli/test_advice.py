from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner
from reviewed import WORDS, held, of_ours, signed_for_reviews
from served import serve_small_world

from tierline.cli.main import tierline


def run(*words: str | Path) -> str:
    result = CliRunner().invoke(tierline, [str(word) for word in words])
    assert result.exit_code == 0, result.output
    return result.stdout.strip()


def test_advice_is_given_decided_listed_and_closed(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serve_small_world(data) as served:
        elm = signed_for_reviews(served, "Elm")
        ada = of_ours(served)
        named = held(served, elm)
    at = ("--data", data)
    assert "Architecture review" in run("advice", "missing", *at)
    stated = (
        "--risk", WORDS["risk"], "--trade-off", WORDS["trade_off"],
        "--recommend", WORDS["recommendation"], "--owner", ada,
        "--follow-up", WORDS["follow_up_on"], "--topic", "network", "--review", *named.values(),
    )  # fmt: skip
    made = run("advice", "give", *at, *stated, elm, WORDS["title"])
    assert run("advice", "missing", *at) == "Every review yielded advice."
    said = run("advice", "decide", *at, made, "declined", "--reason", "Too dear.")
    assert said == "Advice 1 is declined."
    (line,) = run("advice", "list", *at, "--account", elm).splitlines()
    assert line.split()[-7:] == [made, "1:", *WORDS["title"].split()]
    assert json.loads(run("advice", "list", *at, "--json"))[0]["reason"] == "Too dear."
    assert run("advice", "close", *at, made, "They live with it.") == "Advice 1 is closed."
    assert run("advice", "list", *at, "--state", "waiting") == "No advice was given."
