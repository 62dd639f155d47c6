"""GraphiQL, served by Kiosque itself: the page at /graphql and its files beside it at /graphiql."""

import gzip
import json
import mimetypes
from collections.abc import Sequence
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from cms.config import Settings
from cms.endpoint.graphiql.examples import operations_folder, read_examples, read_sample

STATIC_FOLDER = Path(__file__).parent / "static"
_CONFIG_START = '<script type="application/json" id="kiosque-config">'
_CONFIG_END = "</script>"
_YEAR_SECONDS = 31_536_000


def graphiql_page(request: Request, settings: Settings) -> Response:
    """Answer with GraphiQL, opened with the examples. The page asks the address that it is shown at.

    Its addresses are relative, so it also works where Kiosque is mounted under a prefix.
    """
    endpoint = request.url.path.rsplit("/", 1)[-1] or "."
    return HTMLResponse(render_page(endpoint, operations_folder()), headers=_page_headers(settings))


def graphiql_routes() -> Sequence[BaseRoute]:
    """The routes of the page's files: `/graphiql/NAME`."""
    return [Route("/graphiql/{name}", _static_file, methods=["GET", "HEAD"], name="graphiql-file")]


@lru_cache(maxsize=8)
def render_page(endpoint: str, folder: Path) -> str:
    """Write the address of the API and the examples of the folder into the built page, once for each."""
    config = {
        "endpoint": endpoint,
        "examples": [asdict(example) for example in read_examples(folder)],
        "sample": asdict(read_sample(folder)),
    }
    before, rest = (STATIC_FOLDER / "index.html").read_text("utf-8").split(_CONFIG_START, 1)
    after = rest.split(_CONFIG_END, 1)[1]
    # "<" is written as an escape, so that no text of an example can end the script element.
    written = json.dumps(config, ensure_ascii=False).replace("<", "\\u003c")
    return f"{before}{_CONFIG_START}{written}{_CONFIG_END}{after}"


def content_security_policy(settings: Settings) -> str:
    """What the page may do: run its own script, ask its own server, and send uploads to the store. Nothing else.

    Styles may be inline because the editor places its lines with them.
    """
    stores = _store_origins(settings)
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self' 'unsafe-inline'",
            " ".join(["connect-src 'self'", *stores]),
            " ".join(["img-src 'self' data:", _origin(settings.base_url), *stores]),
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ]
    )


def _page_headers(settings: Settings) -> dict[str, str]:
    return {
        "Content-Security-Policy": content_security_policy(settings),
        "Cache-Control": "no-cache",
        "Vary": "Accept",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }


def _store_origins(settings: Settings) -> list[str]:
    """The origins of presigned requests: the store's, or the bucket's own host where buckets are host names."""
    endpoint = settings.s3_public_endpoint or settings.s3_endpoint
    if endpoint is None:
        return []
    if settings.s3_path_style:
        return [_origin(endpoint)]
    scheme, host = urlsplit(endpoint)[:2]
    return [f"{scheme}://{settings.s3_bucket}.{host}"]


def _origin(url: str) -> str:
    scheme, host = urlsplit(url)[:2]
    return f"{scheme}://{host}"


def _static_file(request: Request) -> Response:
    name: str = request.path_params["name"]
    if name not in _served_names():
        return PlainTextResponse("There is no such file.", status_code=404)
    packs = "gzip" in request.headers.get("accept-encoding", "")
    content = _packed(name) if packs else (STATIC_FOLDER / name).read_bytes()
    return Response(content, media_type=_content_type(name), headers=_static_headers(name, packs=packs))


def _static_headers(name: str, *, packs: bool) -> dict[str, str]:
    # The names of scripts and styles change with their content; the licences keep theirs.
    lasting = f"public, max-age={_YEAR_SECONDS}, immutable"
    headers = {
        "Cache-Control": "no-cache" if name.endswith(".txt") else lasting,
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    return {**headers, "Content-Encoding": "gzip"} if packs else headers


def _content_type(name: str) -> str:
    if name.endswith(".js"):
        return "text/javascript"
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


@lru_cache(maxsize=1)
def _served_names() -> frozenset[str]:
    """The built files, but not the template of the page."""
    return frozenset(path.name for path in STATIC_FOLDER.iterdir() if path.is_file()) - {"index.html"}


@lru_cache(maxsize=32)
def _packed(name: str) -> bytes:
    return gzip.compress((STATIC_FOLDER / name).read_bytes(), compresslevel=9, mtime=0)
