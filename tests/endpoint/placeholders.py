"""The placeholders of schema/operations, filled as GraphiQL's page fills them, for tests that run the operations."""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from graphql import OperationDefinitionNode, parse

TYPE_OF_PLACEHOLDER = {"version": "article"}
PLACEHOLDER = re.compile(r"\{\{(article|author|tag|section|version|last):([^{}\s]+)\}\}")

# Asks the API: (query, variables) → data. JSON goes in and comes out, so the values are of any type.
Ask = Callable[[str, dict[str, Any]], Awaitable[dict[str, Any]]]


class Placeholders:
    """Fills placeholders by asking the API, and remembers what mutations answered.

    `ask` must see drafts, because a version number is the draft's.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._last: dict[str, Any] = {}

    async def fill(self, value: Any) -> Any:
        """Fill the placeholders in a value of JSON, at any depth. Raises KeyError for what nothing answered yet."""
        if isinstance(value, str):
            return await self._fill_text(value)
        if isinstance(value, list):
            return [await self.fill(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
        if isinstance(value, dict):
            return {name: await self.fill(item) for name, item in value.items()}  # pyright: ignore[reportUnknownVariableType]
        return value

    def remember(self, data: Mapping[str, Any]) -> None:
        """Keep the ids and the version number of what a mutation answered."""
        things = [item for payload in data.values() if isinstance(payload, dict) for item in payload.items()]  # pyright: ignore[reportUnknownVariableType]
        for name, thing in things:
            if isinstance(thing, dict) and "id" in thing:
                self._last[name] = thing["id"]
                if "version" in thing:
                    self._last["version"] = thing["version"]

    async def _fill_text(self, text: str) -> Any:
        found = {match[0]: await self._look(match[1], match[2]) for match in PLACEHOLDER.finditer(text)}
        if text in found:
            return found[text]
        return PLACEHOLDER.sub(lambda match: str(found[match[0]]), text)

    async def _look(self, kind: str, name: str) -> Any:
        if kind == "last":
            return await self._last_answered(name)
        field = "version" if kind == "version" else "id"
        query = f"query LookUp($slug: String!) {{ found: {TYPE_OF_PLACEHOLDER.get(kind, kind)}(slug: $slug) {{ {field} }} }}"
        return (await self._ask(query, {"slug": name}))["found"][field]

    async def _last_answered(self, name: str) -> Any:
        if name == "asset" and name not in self._last:
            answer = await self._ask("query AnyAsset { assets(first: 1) { nodes { id } } }", {})
            return answer["assets"]["nodes"][0]["id"]
        return self._last[name]


def operations_in(document: str) -> list[tuple[str, set[str]]]:
    """The name of each operation of a document, in order, with the names of the variables that it declares."""
    operations = [node for node in parse(document).definitions if isinstance(node, OperationDefinitionNode)]
    return [
        (name_of(one), {declared.variable.name.value for declared in one.variable_definitions or ()})
        for one in operations
    ]


def name_of(operation: OperationDefinitionNode) -> str:
    """The operation's name; every operation of ours has one."""
    assert operation.name is not None
    return operation.name.value
