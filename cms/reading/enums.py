"""Enumerations of the domain as GraphQL enums, with a description for each value."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

import strawberry


def describe_enum(kind: type[Enum], description: str, values: Mapping[str, str]) -> None:
    """Make `kind` a GraphQL enum in place. Raises KeyError unless each member, by name, has its description."""
    strawberry.enum(kind, description=description)
    definition: Any = kind.__strawberry_definition__  # pyright: ignore[reportAttributeAccessIssue]  (strawberry.enum sets it)
    for value in definition.values:
        value.description = values[value.name]
