"""Sample companies that are made once for all tests of a run."""

from __future__ import annotations

import fcntl
import os
import shutil
from dataclasses import replace
from pathlib import Path

from tierline.bootstrap.application import FILE_NAME
from tierline.bootstrap.sample import create_sample, look
from tierline.bootstrap.sample_findings import Findings
from tierline.sample.shape import shape_of

SMALL = replace(shape_of("small"), cases_percent=20)
"""With a fifth of the cases, so that many companies can be made."""


def make(folder: Path, *, seed: int = 7, is_control: bool = False) -> Path:
    create_sample(
        folder, SMALL, seed, is_control=is_control, progress=lambda _stage, _done, _total: None
    )
    return folder


class Companies:
    """Companies that are made once for all tests of a run, in whichever of its processes they are
    asked for first, and looked at once in each; a test that changes one copies it."""

    def __init__(self, shared: Path) -> None:
        self._shared = shared
        self._found: dict[Path, Findings] = {}

    def folder(self, *, seed: int = 7, is_control: bool = False) -> Path:
        folder = self._shared / f"sample-{seed}{'-control' * is_control}"
        with (self._shared / f"{folder.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (folder / "truth.yaml").exists():
                make(folder, seed=seed, is_control=is_control)
        return folder

    def found(self, folder: Path) -> Findings:
        """What is found in the database alone, with no truth beside it."""
        if folder not in self._found:
            alone = self._shared / f"{folder.name}-alone-{os.getpid()}"
            alone.mkdir()
            shutil.copy(folder / FILE_NAME, alone)
            self._found[folder] = look(alone)
        return self._found[folder]
