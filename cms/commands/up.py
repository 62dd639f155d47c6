"""`cms up`: everything in one command, with engines of its own where none are named."""

import asyncio
import errno
import signal
import socket
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn

import typer
import uvicorn
from rich.status import Status

from cms.assets.storage import Storage
from cms.commands.console import CommandError, err, out, say
from cms.commands.first_start import fill_empty_instance
from cms.commands.options import DEFAULT_DATA_DIR, DataDir, database_url_of
from cms.commands.serve import GRACE_SECONDS
from cms.commands.worker import run_worker
from cms.config import Settings, settings_from_environment
from cms.embedded.engines import addresses_of, already_running, missing_engines, own_engines
from cms.embedded.instance import find_instance, write_instance
from cms.migrations import upgrade

Host = Annotated[
    str | None,
    typer.Option("--host", help="Address to listen on. Default: HOST, else 127.0.0.1.", show_default=False),
]
Port = Annotated[
    int | None,
    typer.Option(
        "--port",
        min=0,
        max=65535,
        help="Port to listen on; 0 takes any. Default: PORT, else 8000.",
        show_default=False,
    ),
]
Demo = Annotated[
    bool, typer.Option("--demo/--no-demo", help="Whether an empty instance gets the demo newsroom.")
]
BACKLOG = 2048
ANYWHERE = ("0.0.0.0", "::", "")  # noqa: S104  (these are recognised here, not listened on by default)


def up(data_dir: DataDir = None, host: Host = None, port: Port = None, demo: Demo = True) -> None:
    """Run Kiosque with all it needs: database, bucket, migrations, demo content, server. Ctrl-C stops everything.

    PostgreSQL and an S3 server are started from their Python packages, unless DATABASE_URL or S3_ENDPOINT name others.
    """
    settings = settings_from_environment()
    directory = (data_dir or DEFAULT_DATA_DIR).absolute()
    if find_instance(directory) is not None:
        raise already_running(directory)
    interrupt_on_signals()
    try:
        with listening(host or settings.host, settings.port if port is None else port) as listener:
            name, number = listener.getsockname()[:2]
            run_on(listener, directory, settings.model_copy(update={"host": name, "port": number}), demo=demo)
    except KeyboardInterrupt:
        say("Stopped.")


def interrupt_on_signals() -> None:
    """Let SIGTERM and the end of the terminal stop the command as Ctrl-C does: in order."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, raise_interrupt)


def raise_interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    """Handle a signal as Python handles Ctrl-C."""
    raise KeyboardInterrupt


@contextmanager
def listening(host: str, port: int) -> Generator[socket.socket]:
    """Listen on the port before anything else is started. Raises CommandError if it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise port_error(host, port, error) from error
    with listener:
        yield listener


def port_error(host: str, port: int, error: OSError) -> CommandError:
    """Why a port cannot be had, and what to do."""
    if error.errno == errno.EADDRINUSE:
        hint = (
            f"Stop the program that uses it, or choose another: --port {port + 1} (make run PORT={port + 1})."
        )
        return CommandError(f"Port {port} of {host} is taken.", hint)
    hint = "Choose another --port or --host; ports below 1024 are kept for root."
    return CommandError(f"Kiosque cannot listen on port {port} of {host}: {error.strerror or error}.", hint)


def run_on(listener: socket.socket, directory: Path, settings: Settings, *, demo: bool) -> None:
    """Start what is missing, prepare it, and serve until interrupted."""
    with ExitStack() as stack:
        with err.status("Starting Kiosque") as status:
            settings = stack.enter_context(complete_settings(directory, settings, status))
            secret = prepare(settings, status, demo=demo)
        if secret is not None:
            show_token(secret)
        serve_on(listener, settings)


@contextmanager
def complete_settings(directory: Path, settings: Settings, status: Status) -> Generator[Settings]:
    """The settings, with engines of our own for what they leave open; noted where other commands find them."""
    if not (wanted := missing_engines(settings)):
        yield settings
        return

    def show(sentence: str) -> None:
        status.update(sentence)
        say(sentence)

    with own_engines(directory, wanted=wanted, on_progress=show) as instance:
        completed = addresses_of(instance).complete(settings)
        if "seaweedfs" in wanted:
            prepare_bucket(completed)
        instance.url = shown_url(completed)
        write_instance(directory, instance)
        yield completed


def prepare_bucket(settings: Settings) -> None:
    """Make the bucket of the embedded S3 server, and open it to browsers that hold a presigned request."""
    storage = Storage(settings)
    storage.ensure_bucket()
    storage.set_cors(settings.cors_origins)
    storage.close()


def prepare(settings: Settings, status: Status, *, demo: bool) -> str | None:
    """Bring the database up to date and fill an empty instance; the secret of its first token, if it was made now."""
    status.update("Running migrations")
    upgrade(database_url_of(settings))
    status.update("Loading the demo newsroom" if demo else "Looking for content")
    return asyncio.run(fill_empty_instance(settings, demo=demo))


def show_token(secret: str) -> None:
    """Print the first token, once: only its SHA-256 is kept."""
    out.print(
        f"Token of the administrator, shown only now: [bold]{secret}[/bold]", highlight=False, soft_wrap=True
    )


def serve_on(listener: socket.socket, settings: Settings) -> None:
    """Serve on a socket that listens already, until a signal comes."""
    from cms.app import create_app, spare_collector  # noqa: PLC0415  (the other commands start without the whole application)

    app = create_app(settings, beside=run_worker)
    spare_collector()
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        log_level="warning" if settings.log_level == "info" else settings.log_level,
        server_header=False,
        ws_max_size=settings.websocket_frame_bytes_max,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    out.print(
        f"Kiosque runs at [bold]{shown_url(settings)}/graphql[/bold]   (Ctrl-C stops it)", highlight=False
    )
    uvicorn.Server(config).run(sockets=[listener])


def shown_url(settings: Settings) -> str:
    """The URL to open in a browser on this machine."""
    if settings.public_url is None and settings.host in ANYWHERE:
        return f"http://localhost:{settings.port}"
    return settings.base_url
