"""What is measured: a server, asked in one of the ways it knows."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import orjson

from bench import queries, servers
from bench.answers import Reading, from_postgraphile, plain
from bench.errors import BenchError
from bench.queries import Q4, QUERIES, Query, Subjects
from bench.servers import Server, Started

JSON = "application/json"
CHECKED = 5
"""How many requests of a query are compared before it is measured."""


@dataclass(frozen=True)
class Target:
    """A server in a mode. `reading` brings its answers into the common shape; None for one whose answers mean nothing."""

    name: str
    server: Server
    queries: tuple[Query, ...]
    reading: Reading | None = plain
    is_conditional: bool = False
    """Asked by GET with the entity tag of the answer that the client has: 304 is right."""

    @property
    def is_postgraphile(self) -> bool:
        """Whether it is asked in PostGraphile's words."""
        return self.reading is from_postgraphile


_READS = tuple(query for query in QUERIES if not query.is_write)
_CACHED = servers.kiosque("kiosque-cached", cached=True)
KIOSQUE = Target("kiosque", servers.kiosque(), QUERIES)
ALL = (
    KIOSQUE,
    Target("kiosque-granian", servers.kiosque_on_granian(), QUERIES),
    Target("kiosque-cached", _CACHED, _READS),
    Target("kiosque-304", _CACHED, _READS, is_conditional=True),
    Target("constant", servers.CONSTANT, QUERIES, reading=None),
    Target("bare-asyncpg", servers.bare("asyncpg"), QUERIES),
    Target("bare-psycopg", servers.bare("psycopg"), QUERIES),
    Target("strawberry", servers.STRAWBERRY, QUERIES),
    Target("postgraphile", servers.postgraphile(), QUERIES, reading=from_postgraphile),
)


class Asked:
    """A target that runs, with the files of its requests."""

    def __init__(self, target: Target, started: Started, subjects: Subjects, folder: Path) -> None:
        self.target, self.started, self.subjects, self.folder = target, started, subjects, folder

    def bodies(self, query: Query) -> list[dict[str, Any]]:
        """The JSON bodies that are sent in turn."""
        return queries.bodies(query, self.subjects, for_postgraphile=self.target.is_postgraphile)

    def answers(self, query: Query, *, run: str) -> list[Any]:
        """Some answers in the common shape. Raises BenchError for one that is an error."""
        reading = self.target.reading
        if reading is None:
            return []
        with httpx.Client(headers=self._headers(query), timeout=30) as client:
            return [
                reading(query, self._data(client, body, f"{run}{number}"))
                for number, body in enumerate(self.bodies(query)[:CHECKED])
            ]

    def write_requests(self, query: Query) -> Path:
        """The file of requests for the load generator. Raises BenchError for a mode that the server does not know."""
        path = self.folder / "requests" / f"{self.target.name}-{query.name}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        if self.target.is_conditional:
            head, lines = "GET /graphql", self._conditional_lines(query)
        else:
            head, lines = "POST /graphql", queries.as_lines(self.bodies(query))
        headers = "".join(f"{name}: {value}\n" for name, value in self._headers(query).items())
        path.write_text(f"{head}\n{headers}\n{lines}")
        return path

    def bytes_expected(self, query: Query) -> float | None:
        """The mean length of the bodies of all right answers; None where it differs with every request."""
        if query.is_write or self.target.is_conditional:
            return None
        with httpx.Client(headers=self._headers(query), timeout=30) as client:
            bodies = self.bodies(query)
            return sum(len(self._post(client, body).content) for body in bodies) / len(bodies)

    def _headers(self, query: Query) -> dict[str, str]:
        headers = {"Accept": JSON} if self.target.is_conditional else {"Content-Type": JSON}
        return headers | ({"Authorization": f"Bearer {self.subjects.token}"} if query is Q4 else {})

    def _post(self, client: httpx.Client, body: dict[str, Any]) -> httpx.Response:
        response = client.post(self.started.url, content=orjson.dumps(body))
        if response.status_code != 200:
            raise BenchError(f"{self.target.name} answers {response.status_code}: {response.text[:300]}")
        return response

    def _data(self, client: httpx.Client, body: dict[str, Any], number: str) -> Any:
        mark = hashlib.sha256(number.encode()).hexdigest()[:12]
        marked = orjson.loads(orjson.dumps(body).replace(queries.MARK.encode(), mark.encode()))
        if self.target.is_conditional:
            answer = _get(client, self.started.url, marked).json()
        else:
            answer = self._post(client, marked).json()
        if answer.get("errors") or not answer.get("data"):
            raise BenchError(f"{self.target.name} answers with an error: {str(answer)[:300]}")
        return answer["data"]

    def _conditional_lines(self, query: Query) -> str:
        lines: list[str] = []
        with httpx.Client(headers=self._headers(query), timeout=30) as client:
            for body in self.bodies(query):
                response = _get(client, self.started.url, body)
                tag = response.headers.get("etag")
                if tag is None:
                    raise BenchError("Answers carry no entity tag.")
                again = client.get(response.url, headers={"If-None-Match": tag})
                if again.status_code != 304:
                    raise BenchError(f"An unchanged answer is sent again, with status {again.status_code}.")
                lines.append(f"{response.url.raw_path.decode()}\t{tag}")
        return "\n".join(lines) + "\n"


def reason_left_out(target: Target) -> str | None:
    """Why a mode cannot be measured in this version, if it cannot."""
    if target.server is _CACHED and not servers.has_cache():
        return f"This version has no response cache (no setting “{servers.CACHE_SETTING}”)."
    return None


def _get(client: httpx.Client, url: str, body: dict[str, Any]) -> httpx.Response:
    parameters = {
        "query": body["query"],
        "operationName": body["operationName"],
        "variables": orjson.dumps(body["variables"]).decode(),
    }
    return client.get(f"{url}?{urlencode(parameters)}")
