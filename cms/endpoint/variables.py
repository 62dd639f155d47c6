"""How large the variables of a request may be."""

from typing import Any, cast

import orjson

from cms.config import Settings
from cms.endpoint.errors import LimitExceeded
from cms.endpoint.limits import too_deep_input
from cms.endpoint.requests import GraphQLRequest


def check_variables(request: GraphQLRequest, settings: Settings) -> None:
    """Raise LimitExceeded if the variables are larger, or nested more deeply, than the settings allow."""
    if request.variables:
        _check_bytes(request, settings.variables_bytes_max)
        _check_depth(request.variables, settings.variables_depth_max)


def _check_bytes(request: GraphQLRequest, limit: int) -> None:
    # Measuring costs a serialisation; the length of what they came in is bound enough for nearly all.
    if request.variables_bytes <= limit:
        return
    found = len(orjson.dumps(request.variables, default=_no_bytes))
    if found > limit:
        raise LimitExceeded(
            "VARIABLES_TOO_LARGE", "The variables are too large, in bytes", found=found, limit=limit
        )


def _no_bytes(_upload: object) -> None:
    """An uploaded file, which has its own limit, counts as null."""


def _check_depth(variables: dict[str, Any], limit: int) -> None:
    stack: list[tuple[object, int]] = [
        (value, 1) for value in variables.values() if isinstance(value, (dict, list))
    ]
    while stack:
        value, depth = stack.pop()
        if depth > limit:
            raise too_deep_input(depth, limit)
        inner = (
            cast("dict[str, object]", value).values()
            if isinstance(value, dict)
            else cast("list[object]", value)
        )
        stack.extend((item, depth + 1) for item in inner if isinstance(item, (dict, list)))
