"""Random valid documents, driven by the schema."""

import json
from collections.abc import Mapping
from random import Random
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    Undefined,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)

from tests.reading.values import NOUNS, EnumName, Pool, Values

DEPTH_MAX = 4
LEFT_OUT = {"viewer"}


class DocumentMaker:
    """Makes one document and its variables."""

    def __init__(self, schema: GraphQLSchema, pool: Pool, random: Random) -> None:
        self.schema, self.random, self.values = schema, random, Values(random, pool)
        self.pool = pool
        self.variables: dict[str, Any] = {}
        self.declared: list[str] = []
        self.fragments: list[str] = []
        self.aliases = 0

    def make(self) -> tuple[str, dict[str, Any]]:
        """The text, and the variables as JSON would bring them."""
        root = self.schema.query_type
        assert root is not None
        names = [name for name in root.fields if name not in LEFT_OUT]
        chosen = self.random.sample(names, self.random.choice([1, 1, 1, 2]))
        fields = [self._field(root, name, 0) for name in chosen]
        if self._chance(0.1):
            fields.append("__typename")
        heading = f"query Q({', '.join(self.declared)})" if self.declared else "query Q"
        return "\n".join([f"{heading} {{ {' '.join(fields)} }}", *self.fragments]), self.variables

    def make_mutation(self, roots: Mapping[str, tuple[str, str]]) -> tuple[str, dict[str, Any]]:
        """A mutation of these root fields, by their aliases: each with its text before the payload, and the name of the thing in it."""
        mutation = self.schema.mutation_type
        assert mutation is not None
        fields: list[str] = []
        for alias, (head, thing) in roots.items():
            payload = get_named_type(mutation.fields[head.partition("(")[0]].type)
            assert isinstance(payload, GraphQLObjectType)
            parts = [self._field(payload, thing, 1), "errors { code message path }"]
            self.random.shuffle(parts)
            fields.append(f"{alias}: {head} {{ {self._in_fragments(payload, parts)} }}")
        heading = f"mutation M({', '.join(self.declared)})" if self.declared else "mutation M"
        return "\n".join([f"{heading} {{ {' '.join(fields)} }}", *self.fragments]), self.variables

    def _chance(self, probability: float) -> bool:
        return self.values.chance(probability)

    def _alias(self) -> str:
        self.aliases += 1
        return f"a{self.aliases}"

    def _field(self, parent: GraphQLObjectType | Any, name: str, depth: int, *, alias: bool = False) -> str:
        field = parent.fields[name]
        arguments = self._arguments(parent, name, field)
        # What differs by its arguments, or between the types of an interface, needs a name of its own.
        named = f"{self._alias()}: {name}" if arguments or alias or self._chance(0.08) else name
        head = f"{named}{arguments}{self._directives()}"
        kind = get_named_type(field.type)
        if is_leaf_type(kind):
            return head
        text = f"{head} {{ {self._selection(kind, depth + 1)} }}"
        if self._chance(0.05):
            # The same field again: its selections are merged.
            again = f"{named}{arguments} {{ {self._selection(kind, depth + 1)} }}"
            return f"{text} {again}"
        return text

    def _directives(self) -> str:
        if not self._chance(0.06):
            return ""
        name, value = self.random.choice(["skip", "include"]), self._chance(0.5)
        if self._chance(0.5):
            return f" @{name}(if: {json.dumps(value)})"
        return f" @{name}(if: {self._variable('Boolean!', value)})"

    def _selection(self, kind: Any, depth: int) -> str:
        if is_abstract_type(kind):
            return self._of_interface(kind, depth)
        leaves = [n for n, f in kind.fields.items() if is_leaf_type(get_named_type(f.type))]
        others = [n for n in kind.fields if n not in leaves]
        few = [] if depth >= DEPTH_MAX + (kind.name.endswith(("Connection", "Edge"))) else others
        chosen = self.random.sample(leaves, min(len(leaves), self.random.choice([0, 1, 2, 3])))
        chosen += self.random.sample(few, min(len(few), self.random.choice([0, 1, 1, 2])))
        if not chosen:
            return "__typename"
        parts = [self._field(kind, name, depth) for name in chosen]
        if self._chance(0.15):
            parts.append("__typename")
        return self._in_fragments(kind, parts)

    def _in_fragments(self, kind: Any, parts: list[str]) -> str:
        if not self._chance(0.12):
            return " ".join(parts)
        cut = self.random.randrange(len(parts))
        inside, outside = " ".join(parts[cut:]), " ".join(parts[:cut])
        if self._chance(0.3):
            return f"{outside} ...{self._directives()} {{ {inside} }}"
        if self._chance(0.5):
            return f"{outside} ... on {kind.name}{self._directives()} {{ {inside} }}"
        name = f"F{len(self.fragments)}_{self._alias()}"
        self.fragments.append(f"fragment {name} on {kind.name} {{ {inside} }}")
        return f"{outside} ...{name}{self._directives()}"

    def _of_interface(self, kind: Any, depth: int) -> str:
        kinds = self.random.sample(self.schema.get_possible_types(kind), 3)
        parts = ["__typename", *self.random.sample(list(kind.fields), 1)]
        for one in kinds:
            names = self.random.sample(list(one.fields), 2)
            leaves = [
                n for n in names if depth < DEPTH_MAX or is_leaf_type(get_named_type(one.fields[n].type))
            ]
            inside = " ".join(self._field(one, name, depth, alias=True) for name in leaves)
            parts.append(f"... on {one.name} {{ {inside or '__typename'} }}")
        return " ".join(parts)

    def _arguments(self, parent: Any, name: str, field: GraphQLField) -> str:
        noun = self._noun(parent, name)
        chosen = {n: a for n, a in field.args.items() if self._is_given(n, a)}
        if "slug" in field.args and "id" in field.args and self._chance(0.97):
            chosen.pop("id" if self._chance(0.7) else "slug", None)
            chosen = chosen or {"slug": field.args["slug"]}
        given = {n: self.values.of(a.type, n, noun) for n, a in chosen.items()}
        self._page(field, given, name)
        if not given:
            return ""
        return f"({', '.join(f'{n}: {self._text(field.args[n], value)}' for n, value in given.items())})"

    def _noun(self, parent: Any, name: str) -> str:
        if name in {"node", "nodes"} and parent is self.schema.query_type:
            return self.random.choice(NOUNS)
        return "redirect" if name == "redirect" else name.removesuffix("s")

    def _is_given(self, name: str, argument: GraphQLArgument) -> bool:
        if isinstance(argument.type, GraphQLNonNull) and argument.default_value is Undefined:
            return True
        usual = {
            "first": 0.9,
            "last": 0.03,
            "after": 0.02,
            "before": 0.02,
            "where": 0.35,
            "orderBy": 0.25,
            "slug": 0.9,
            "id": 0.9,
        }
        return self._chance(usual.get(name, 0.25))

    def _page(self, field: GraphQLField, given: dict[str, Any], name: str) -> None:
        """Some pages go on from a cursor, in its order, in either direction."""
        known = [key for key in self.pool.cursors if key.split(" ")[0] == name]
        if "after" not in field.args or not known or not self._chance(0.3):
            return
        order = self.random.choice(known)
        backward = "last" in field.args and self._chance(0.5)
        for stray in ("after", "before", "last", "first", "orderBy"):
            given.pop(stray, None)
        given["before" if backward else "after"] = self.random.choice(self.pool.cursors[order])
        given["last" if backward else "first"] = self.random.choice([0, 1, 2, 3])
        keys = [key.split(":") for key in order.split(" ")[1:]]
        if keys and "orderBy" in field.args:
            given["orderBy"] = [{part: EnumName(value) for part, value in zip(("field", "direction", "nulls"), key, strict=True)} for key in keys]  # fmt: skip

    def _text(self, argument: Any, value: Any) -> str:
        kind = argument.type
        if not isinstance(kind, GraphQLNonNull) and self._chance(0.03):
            return self._absent(kind)
        if (
            isinstance(kind, GraphQLNonNull)
            and argument.default_value is not Undefined
            and self._chance(0.05)
        ):
            return self._absent(kind.of_type)
        return self._value(kind, value)

    def _absent(self, kind: Any) -> str:
        """A variable that the request says nothing of, or null."""
        name = self._declare(str(kind))
        if self._chance(0.5):
            self.variables[name] = None
        return f"${name}"

    def _value(self, kind: Any, value: Any) -> str:
        if self._chance(0.15):
            return self._variable(str(kind), value)
        return self._written(kind, value)

    def _written(self, kind: Any, value: Any) -> str:
        kind = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
        if isinstance(value, dict) and isinstance(kind, GraphQLInputObjectType):
            return "{" + ", ".join(f"{n}: {self._text(kind.fields[n], v)}" for n, v in value.items()) + "}"
        if isinstance(value, list) and isinstance(kind, GraphQLList):
            if len(value) == 1 and value[0] is not None and self._chance(0.2):
                return self._written(kind.of_type, value[0])
            return "[" + ", ".join(self._value(kind.of_type, item) for item in value) + "]"
        return _literal(value)

    def _variable(self, kind: str, value: Any) -> str:
        name = self._declare(kind, value)
        return f"${name}"

    def _declare(self, kind: str, *given: Any) -> str:
        name = f"v{len(self.declared)}"
        default = ""
        if given and self._chance(0.15):
            default = f" = {_literal(given[0])}"
        elif given:
            self.variables[name] = given[0]
        self.declared.append(f"${name}: {kind}{default}")
        return name


def _literal(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_literal(part)}" for name, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_literal(part) for part in value) + "]"
    # Half of a surrogate pair can be in JSON, but not in a document.
    return value if isinstance(value, EnumName) else json.dumps(value).replace("\\ud800", "")


def make_document(schema: GraphQLSchema, pool: Pool, random: Random) -> tuple[str, Mapping[str, Any]]:
    """One random valid document and its variables."""
    return DocumentMaker(schema, pool, random).make()


def make_mutation(
    schema: GraphQLSchema, pool: Pool, random: Random, roots: Mapping[str, tuple[str, str]]
) -> tuple[str, Mapping[str, Any]]:
    """One random valid mutation of these root fields and its variables."""
    return DocumentMaker(schema, pool, random).make_mutation(roots)
