"""`cms serve`: the server alone, on a database and a bucket that the environment names."""

from typing import Annotated

import typer
import uvicorn

from cms.commands.console import CommandError
from cms.commands.options import database_url_of
from cms.config import settings_from_environment
from cms.embedded.engines import missing_engines

Workers = Annotated[int, typer.Option("--workers", min=1, max=256, help="How many processes serve requests.")]
GRACE_SECONDS = 10


def serve(workers: Workers = 1) -> None:
    """Serve Kiosque on HOST and PORT, with DATABASE_URL and S3_… from the environment. Run `cms migrate` first."""
    settings = settings_from_environment()
    database_url_of(settings)
    if missing_engines(settings):
        raise CommandError(
            "No bucket is named.", "Set S3_ENDPOINT and the other S3_… settings, or use `cms up`."
        )
    uvicorn.run(
        "cms.app:app_from_environment",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=workers,
        loop="uvloop",
        http="httptools",
        log_level=settings.log_level,
        server_header=False,
        ws_max_size=settings.websocket_frame_bytes_max,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
