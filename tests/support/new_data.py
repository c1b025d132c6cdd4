"""Data folders whose database has all tables and no row, copied from one that is made once in a
process: migrating each test's own takes longer than most tests do."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from tierline.bootstrap.application import FILE_NAME
from tierline.store.engine import open_store


def new_data(folder: Path) -> Path:
    """The folder, made where there is none, with a database as the first start leaves it."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(new_file(), folder / FILE_NAME)
    return folder


@cache
def new_file() -> Path:
    """The file that is copied. Nothing but a migration writes it, so no test sees another's."""
    folder = Path(tempfile.mkdtemp(prefix="tierline-new-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    open_store(str(folder / FILE_NAME)).close()
    return folder / FILE_NAME
