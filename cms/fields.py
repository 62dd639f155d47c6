"""The fields of an input, each made clean by its rule: what was not sent is left out, and all problems are told together."""

from collections.abc import Callable, Mapping
from typing import Any

from cms.changes import UNSET
from cms.checks import Checks

# A rule takes whatever the field holds, so its type is as wide as the fields of all inputs together.
Rules = Mapping[str, Callable[[Any], Any]]


def cleaned(fields: object, rules: Rules, checks: Checks) -> dict[str, Any]:
    """The values to store, by field. What breaks its rule is left out and added to the checks."""
    values: dict[str, Any] = {}
    for name, rule in rules.items():
        value = getattr(fields, name)
        if value is not UNSET:
            with checks.gather():
                values[name] = rule(value)
    return values
