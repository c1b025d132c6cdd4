"""A process that writes until it is killed, and tells each number once it is acknowledged.

Each unit writes a pair of marks and counts itself, so that half of a unit can be seen.
"""

from __future__ import annotations

import itertools
import os
import sys
import threading

from stores import add_one, put

from tierline.store.engine import open_store
from tierline.store.unit_of_work import Isolation, UnitOfWork

THREADS = 8


def main(address: str) -> None:
    store = open_store(address)
    numbers = itertools.count()
    for _ in range(THREADS):
        threading.Thread(target=write_for_ever, args=(store, numbers)).start()


def write_for_ever(store: object, numbers: itertools.count[int]) -> None:
    for number in numbers:

        def work(unit: UnitOfWork, number: int = number) -> None:
            put(unit, f"{number:06d} left")
            add_one(unit, "all")
            put(unit, f"{number:06d} right")

        store.run(work, Isolation.BY_STATEMENT)  # type: ignore[attr-defined]  # a Store
        os.write(1, f"{number:06d}\n".encode())


if __name__ == "__main__":
    main(sys.argv[1])
