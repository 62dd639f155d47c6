"""Which pages of other origins may call the API."""

from functools import cached_property

from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.types import Message, Send

from cms.config import Settings
from cms.endpoint.answers import VARY, raw_headers

EXPOSED_HEADERS = ("ETag", "Cache-Tag", "Surrogate-Key", "Retry-After", "X-Request-Id", "Location")
DAY_SECONDS = 86_400


class Cors(CORSMiddleware):
    """Where pages of any origin may call, an answer says so to all alike: a cache then keeps one answer instead of one an origin."""

    async def send(self, message: Message, send: Send, request_headers: Headers) -> None:
        """Add the headers to the head of an answer."""
        if not self.allow_all_origins:
            await super().send(message, send, request_headers)
            return
        if message["type"] == "http.response.start":
            self._add(message)
        await send(message)

    def _add(self, message: Message) -> None:
        headers: list[tuple[bytes, bytes]] = message.setdefault("headers", [])
        given = {name for name, _ in headers}
        headers += [header for header in self._simple if header[0] not in given]

    @cached_property
    def _simple(self) -> list[tuple[bytes, bytes]]:
        return raw_headers({name.lower(): value for name, value in self.simple_headers.items()})


def cors_middleware(settings: Settings) -> Middleware:
    """The middleware for `create_app`: the origins of the settings, never credentials, since tokens travel in a header."""
    return Middleware(
        Cors,
        allow_origins=settings.cors_origins,
        allow_methods=["GET", "HEAD", "POST", "OPTIONS"],
        allow_headers=["*"],
        allow_credentials=False,
        expose_headers=EXPOSED_HEADERS,
        max_age=DAY_SECONDS,
    )


def headers_without_origin(settings: Settings) -> dict[str, str]:
    """What the middleware adds to, or puts in the place of, the headers of an answer to somebody who names no origin."""
    if "*" not in settings.cors_origins:
        return {"vary": f"{VARY}, Origin"}
    return {
        "access-control-allow-origin": "*",
        "access-control-expose-headers": ", ".join(EXPOSED_HEADERS),
    }


def origin_is_allowed(origin: str | None, settings: Settings) -> bool:
    """Whether a WebSocket may be opened from a page of this origin; browsers ask nobody before they open one."""
    return origin is None or "*" in settings.cors_origins or origin in settings.cors_origins
