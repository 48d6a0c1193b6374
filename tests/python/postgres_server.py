"""A real PostgreSQL server on a loopback address, that a test may kill and start again.

Debian's package postgresql; found in the PATH or in /usr/lib/postgresql/*/bin. It refuses to be run by root: then the
user postgres, or nobody, runs it.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

USER, PASSWORD = "emotion", "geheim/1@x"


def find_programs() -> Path | None:
    """The folder with initdb and postgres."""
    places = [Path(found).parent for found in [shutil.which("initdb")] if found]
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((place for place in places if (place / "initdb").exists() and (place / "postgres").exists()), None)


class PostgresServer:
    """with PostgresServer(programs) as server: server.url; kill() and start() as often as wanted."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        # Not pytest's folder, which is for one user alone.
        self._folder = Path(tempfile.mkdtemp(prefix="emotion-postgres-"))
        self._as_user: dict[str, object] = {}
        if os.geteuid() == 0:
            user = _unprivileged_user()
            os.chown(self._folder, user.pw_uid, user.pw_gid)
            self._as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._process: subprocess.Popen | None = None
        secret = self._folder / "password"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        self._run("initdb", "-D", "data", "-U", USER, "-A", "scram-sha-256", "--pwfile", secret, "-N", "-E", "UTF8")

    @property
    def url(self) -> str:
        return f"postgresql://{USER}:geheim%2F1%40x@127.0.0.1:{self.port}/postgres"

    def __enter__(self) -> PostgresServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        shutil.rmtree(self._folder)

    def start(self) -> None:
        options = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": "",
            "fsync": "off",
            "restart_after_crash": "off",
            "dynamic_shared_memory_type": "mmap",
        }
        given = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        end = time.monotonic() + 60
        while not self._answers():
            assert time.monotonic() < end, "PostgreSQL does not start"
            if self._process is None or self._process.poll() is not None:  # it waits for what a kill has left
                self._process = subprocess.Popen(
                    [self._programs / "postgres", "-D", "data", *given],
                    cwd=self._folder,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    **self._as_user,
                )
            time.sleep(0.05)

    def kill(self) -> None:
        """At once, with the processes of its connections, as a failing power supply would."""
        if self._process is None:
            return
        with open(f"/proc/{self._process.pid}/task/{self._process.pid}/children") as file:
            children = [int(text) for text in file.read().split()]
        for number in (self._process.pid, *children):
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        self._process.wait()
        self._process = None

    def _answers(self) -> bool:
        import psycopg

        try:
            psycopg.connect(self.url, connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, name: str, *arguments: object) -> None:
        command = [self._programs / name, *map(str, arguments)]
        done = subprocess.run(command, cwd=self._folder, capture_output=True, text=True, timeout=120, **self._as_user)
        assert done.returncode == 0, done.stderr


def _unprivileged_user() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise AssertionError("no user postgres and no user nobody")
