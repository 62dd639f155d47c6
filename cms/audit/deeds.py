"""A mutation as a deed: its name, the ids in its input and its result, and the names of the fields that were sent."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

import strawberry
from graphql import get_named_type

from cms.audit.recording import Deed
from cms.ids import public_id
from cms.reading.fields import resolve_info
from cms.reading.ordinary import arguments_of

_ID = re.compile(r"[a-z][a-z_]*_[0-9a-f]{32}\Z")
# What says which thing and why, and is no field of it.
_ABOUT = frozenset({"id", "expectedVersion", "onConflict", "message", "reason", "note"})
_WHY = ("message", "reason", "note")


def deed_of(info: strawberry.Info) -> Deed:
    """The deed that a mutation tries, by its input."""
    raw = resolve_info(info)
    given: Mapping[str, Any] = arguments_of(raw).get("input") or {}
    why = next((given[name] for name in _WHY if isinstance(given.get(name), str)), None)
    kind: Any = get_named_type(raw.parent_type.fields[raw.field_name].args["input"].type)
    # What has a default is given in any case.
    fields = sorted(
        name
        for name, value in given.items()
        if name not in _ABOUT and value != kind.fields[name].default_value
    )
    return Deed(raw.field_name, list(_ids_in(given)), fields, why, info.context.request_id)


def deed_done(deed: Deed, name: str, result: Any) -> Deed:
    """The same deed with what it has made: `result` is what the payload holds under `name`."""
    made = result[0] if isinstance(result, tuple) and result else result
    return replace(deed, things=[*_made(name, made), *deed.things])


def _ids_in(given: Mapping[str, Any]) -> Iterator[str]:
    for value in given.values():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, str) and _ID.match(one):
                yield one


def _made(name: str, made: Any) -> Iterator[str]:
    if isinstance(made, UUID):
        yield public_id(name.removesuffix("_id"), made)
    elif isinstance(made, str):
        yield from _ids_in({name: made})
    elif isinstance(made, Mapping):
        yield from _ids_in(made)
    elif isinstance(getattr(made, "id", None), UUID):
        yield public_id(made.__tablename__, made.id)
