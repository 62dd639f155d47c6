"""Which pages of other origins may call the API."""

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from cms.config import Settings

EXPOSED_HEADERS = ("ETag", "Cache-Tag", "Surrogate-Key", "Retry-After", "X-Request-Id", "Location")
DAY_SECONDS = 86_400


def cors_middleware(settings: Settings) -> Middleware:
    """The middleware for `create_app`: the origins of the settings, never credentials, since tokens travel in a header."""
    return Middleware(
        CORSMiddleware,
        allow_origins=settings.cors_origins,
        allow_methods=["GET", "HEAD", "POST", "OPTIONS"],
        allow_headers=["*"],
        allow_credentials=False,
        expose_headers=EXPOSED_HEADERS,
        max_age=DAY_SECONDS,
    )


def origin_is_allowed(origin: str | None, settings: Settings) -> bool:
    """Whether a WebSocket may be opened from a page of this origin; browsers ask nobody before they open one."""
    return origin is None or "*" in settings.cors_origins or origin in settings.cors_origins
