"""A process that is killed in the middle of a copy, by itself and without warning."""

from __future__ import annotations

import os
import signal
import sys

from tierline.store.copying import copy_database


def die_in(stage: str, at: str, done: int, total: int) -> None:
    if at == stage and done >= total / 2:
        os.kill(os.getpid(), signal.SIGKILL)


def main(source: str, target: str, stage: str, replace: str) -> None:
    copy_database(
        source,
        target,
        replace=replace == "replace",
        progress=lambda *reached: die_in(stage, *reached),
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
