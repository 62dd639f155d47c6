"""Values for the arguments of random documents: mostly such as exist, sometimes such as cannot be."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLList, GraphQLNonNull, Undefined

STRINGS = [
    "river", "RIVER", "é", "e", "%", "_", "50%", "\\", "a", "水", "ada", "", "Zoë", "été", "tag-1", "same title", "image/png",
    "İ", "ß", "n\u0303", "🚆", "Same title", "x\n\"y\"", "\x00", "\ud800",
]  # fmt: skip
SOUGHT = [
    "river", "eleve", "cheval", "trains -horses", '"the river"', "水", "東京", "馬と街", "city or river", "50%", "not there", "  ", "Élan",
    "changed", "script", "高铁 -x", "\x00",
]  # fmt: skip
TIMES = [
    "2026-01-01T12:00:00Z", "2026-01-31T12:00:00.123456Z", "2026-02-03T13:00:00+01:00", "2026-01-02T00:00:00.000001Z", "1999-12-31T23:59:59Z",
    "2026-10-01T00:00:00Z", "9998-01-01T00:00:00Z",
]  # fmt: skip
NUMBERS = [0, 1, 2, 3, 14, 15, 20, 160, 800, 900, 1_600, -1, 2**31 - 1, -(2**31)]
LOCALES = ["en", "fr", "ja", "zh", "en", "fr", "ja", "zh", "en", "fr", "zh", "de", "fr-CA"]
NOUNS = ("article", "author", "tag", "section", "asset")


class EnumName(str):
    """The name of an enumeration's value: printed without quotes."""

    __slots__ = ()


@dataclass
class Pool:
    """What exists: ids and slugs by noun, and cursors by `field order`."""

    ids: Mapping[str, list[str]]
    slugs: Mapping[str, list[str]]
    cursors: dict[str, list[str]] = field(default_factory=dict[str, list[str]])


class Values:
    """Makes values of the input types."""

    def __init__(self, random: Random, pool: Pool) -> None:
        self.random, self.pool = random, pool

    def chance(self, probability: float) -> bool:
        """True with the probability."""
        return self.random.random() < probability

    def of(self, kind: Any, name: str, noun: str) -> Any:
        """A value of the type for an argument or input field of this name; `noun` is what it belongs to."""
        if isinstance(kind, GraphQLNonNull):
            return self.of(kind.of_type, name, noun)
        if isinstance(kind, GraphQLList):
            return [self.of(kind.of_type, name, noun) for _ in range(self.random.choice([0, 1, 1, 2, 3]))]
        if isinstance(kind, GraphQLEnumType):
            return EnumName(self.random.choice(list(kind.values)))
        if isinstance(kind, GraphQLInputObjectType):
            return self._input(kind, name, noun)
        return self._scalar(kind.name, name, noun)

    def _input(self, kind: GraphQLInputObjectType, name: str, noun: str) -> dict[str, Any]:
        needed = [
            n
            for n, f in kind.fields.items()
            if isinstance(f.type, GraphQLNonNull) and f.default_value is Undefined
        ]
        others = [n for n in kind.fields if n not in needed]
        chosen = needed + self.random.sample(others, min(len(others), self.random.choice([0, 1, 1, 1, 2])))
        noun = self._noun_of(kind.name, noun)
        return {n: self._field(kind, n, self._noun_of_field(n, name, noun)) for n in chosen}

    def _field(self, kind: GraphQLInputObjectType, name: str, noun: str) -> Any:
        field = kind.fields[name]
        if not isinstance(field.type, GraphQLNonNull) and self.chance(0.06):
            return None
        if name in {"and", "or", "not"} and self.chance(0.4):
            return [] if name != "not" else {}
        return self.of(field.type, name, noun)

    def _noun_of(self, kind: str, noun: str) -> str:
        named = kind.removesuffix("ListFilter").removesuffix("Filter").lower()
        return named if named in NOUNS else noun

    def _noun_of_field(self, field: str, above: str, noun: str) -> str:
        for name in (field, above):
            if name.endswith("Id"):
                return {"sectionId": "section", "coverId": "asset"}.get(name, noun)
        return noun

    def _scalar(self, kind: str, name: str, noun: str) -> Any:  # noqa: PLR0911  (one return a type)
        match kind:
            case "ID":
                return self._id(noun)
            case "Boolean":
                return self.chance(0.5)
            case "Int":
                return self._number(name)
            case "Locale":
                return self.random.choice(LOCALES)
            case "DateTime":
                return self.random.choice(TIMES)
            case "Float":
                return self.random.random()
            case _:
                return self._string(name, noun)

    def _number(self, name: str) -> int:
        if name in {"first", "last"}:
            return self.random.choice([0, 1, 1, 2, 2, 2, 3, 3, 4, 5] * 3 + [-1, 101])
        if name in {"number", "from", "to"}:
            return self.random.choice([1, 1, 2, 2, 3, 0])
        if name == "characters":
            return self.random.choice([1, 2, 20, 57, 200, 10_000, 20, 57, 200, 100, 33, 0, 10_001, -5])
        return self.random.choice(NUMBERS)

    def _id(self, noun: str) -> str:
        if self.chance(0.05):
            return self.random.choice(
                ["nonsense", f"{noun}_{'0' * 32}", f"{noun}_{'f' * 32}", "token_" + "0" * 32, ""]
            )
        noun = noun if noun in NOUNS and self.chance(0.96) else self.random.choice(NOUNS)
        return self.random.choice(self.pool.ids[noun])

    def _string(self, name: str, noun: str) -> str:
        if name == "slug" and self.chance(0.95):
            return self.random.choice(self.pool.slugs.get(noun, STRINGS))
        return self.random.choice(SOUGHT if name == "query" else STRINGS)
