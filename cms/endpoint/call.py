"""A request as the endpoint looks at it: Starlette's, of which the headers are read once and not at every question."""

from typing import Any

from starlette.datastructures import Headers, QueryParams
from starlette.requests import Request
from starlette.types import Scope

_NO_PARAMETERS = QueryParams()


class QuickHeaders(Headers):
    """Headers that are looked at many times."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(scope=scope)
        # Of several headers of a name the first counts, as everywhere in Starlette.
        self._first = {name.decode("latin-1"): value.decode("latin-1") for name, value in reversed(self.raw)}

    def __getitem__(self, key: str) -> str:
        """The value of a header."""
        return self._first[key.lower()]

    def __contains__(self, key: Any) -> bool:
        """Whether there is such a header."""
        return str(key).lower() in self._first

    def get(self, key: str, default: Any = None) -> Any:
        """The value of a header, or another one."""
        return self._first.get(key.lower(), default)

    def getlist(self, key: str) -> list[str]:
        """All values of a header."""
        return super().getlist(key) if key in self else []


class Call(Request):
    """A request that is asked the same things several times."""

    @property
    def headers(self) -> Headers:
        """Its headers."""
        if not hasattr(self, "_headers"):
            self._headers = QuickHeaders(self.scope)
        return self._headers

    @property
    def query_params(self) -> QueryParams:
        """The parameters of its URL."""
        return super().query_params if self.scope["query_string"] else _NO_PARAMETERS
