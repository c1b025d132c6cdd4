from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from stores import counted, make_tables, names

from tierline.store.engine import open_store

SUPPORT = Path(__file__).parents[1] / "support"


def test_after_kill_9_every_acknowledged_unit_is_there_and_none_is_half(address: str) -> None:
    with open_store(address) as store:
        make_tables(store)
    acknowledged = killed_after(address, units=300)
    with open_store(address) as store:
        found = store.read(names)
        counted_units = store.read(lambda reading: counted(reading, "all"))
    left = {name.split()[0] for name in found if name.endswith("left")}
    right = {name.split()[0] for name in found if name.endswith("right")}
    assert left == right
    assert acknowledged <= left
    assert counted_units == len(left)
    assert len(left) <= len(acknowledged) + 8


def killed_after(address: str, *, units: int) -> set[str]:
    """What a process acknowledged until it was killed in the middle of its work."""
    process = subprocess.Popen(
        [sys.executable, SUPPORT / "writing_process.py", address],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(SUPPORT)},
        text=True,
    )
    assert process.stdout is not None
    lines = [process.stdout.readline().strip() for _ in range(units)]
    process.kill()
    lines += process.stdout.read().split()
    process.stdout.close()
    process.wait()
    assert len(lines) >= units
    assert all(lines)
    return set(lines)
