"""Which nodes generated code takes down while it makes an answer: for the cache tags of `cms/reading/tags.py`."""

from cms.reading.entities import Entity
from cms.reading.planning.code import NOTES, Term
from cms.reading.planning.places import SqlPlace
from cms.reading.tags import NODES_EACH_MAX, list_tag, tag_prefix


class Notes:
    """The notes of one plan: a set of keys for each noun, found by its position among the `prefixes` of their tags."""

    def __init__(self) -> None:
        self._prefixes: list[str] = []
        self._crowds: set[str] = set()

    @property
    def prefixes(self) -> tuple[str, ...]:
        """What the tags of each set of keys begin with."""
        return tuple(self._prefixes)

    @property
    def crowds(self) -> frozenset[str]:
        """The tags of the nouns of which an answer may have too many to take each down."""
        return frozenset(self._crowds)

    def row(self, place: SqlPlace, shape: Term) -> Term:
        """The same object, its row taken down."""
        entity = place.entity
        return (
            shape
            if entity.tag_key is None
            else self.key(entity, place.value(entity.tag_key), shape, place.times)
        )

    def key(self, entity: Entity, key: Term, shape: Term, times: int) -> Term:
        """The same object, a key of the entity taken down; it may be null."""
        prefix, whole = tag_prefix(entity), list_tag(entity)
        if prefix is None or whole is None:
            return shape
        if times > NODES_EACH_MAX:
            self._crowds.add(whole)
            return shape
        if prefix not in self._prefixes:
            self._prefixes.append(prefix)
        position = self._prefixes.index(prefix)
        return lambda row: f"({NOTES}[{position}]({key(row)}) or {shape(row)})"
