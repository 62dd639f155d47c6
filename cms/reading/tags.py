"""Cache tags: what an answer is made of, under the names by which it is found again when one of them changes.

An answer notes in `Reads.tags`

- `site`, always: the site's settings are part of every address and decide which locales there are (`Reads.tags` begins with it);
- for each row that it shows, the **node's tag**: the thing's public id, as in `article_0198…` (`node_tag`);
- for each list, and for each search that found nothing, the **list's tag**: `articles`, `authors`, … (`list_tags`).

In return every event (`cms/events`) carries the tags of all that it touches. Three promises of the events make this exact:

1. An event of a thing has its node tag **and** its list tag. A list's tag therefore stands for all nodes of the noun: where an answer could
   show more than `NODES_EACH_MAX` of them, it may note the list's tag and none of theirs (`node_tag` is for the others).
2. Whatever is embedded in a row is part of it: when the embedded thing changes, the row changes, and with it comes the row's own event.
   So what a plan takes out of an embedding (`One.embedded`, `Many.embedded`) need not be noted, and may be.
3. What hangs on a thing by a source that is `owned` (byline, tags, related links, backlinks, translations) is part of the thing: an event of
   a link, or of a sibling that comes or goes, has the node tags of all whose lists change. An owned source notes no list, whether it finds
   something or not; the rows at its other end are noted as nodes.

What each source notes:

| source | notes |
|---|---|
| `One` (joined) | `node_tag(entity, key)`, whether or not the row is visible |
| `Many`, `Pages` | `list_tags(source, arguments)`, and each row's `node_tag`; a page's `node` is a `One` |
| `First` | the row's `node_tag`; if nothing is found, `list_tags(source)` |
| `AnyOf` | `asked_tags(ids)`, found or not |
| `Companion` rows of `Items` | each row's `node_tag` |

`node_tag` is None, and `list_tags` empty, for entities that are no nodes (an entry of a byline, a link): they belong to their owner. For
plans, `planning/noting.py` sees to all that is no row: lists, ids asked for, what was not found; and, unless the assembler says that it
`notes_rows` (then it puts the tags of nodes into `Found.tags`), to the list's tag of every noun that the plan reads. For generated code,
`tag_prefix` and `Entity.tag_key` say how to write `node_tag` inline: prefix and the key without dashes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from graphql import GraphQLSchema

from cms.reading.entities import Entity
from cms.reading.filters import ByMany, ByOne, Junction, conditions_of, row_filter
from cms.reading.sources import First, Many, Pages

SITE_TAG = "site"
NODES_EACH_MAX = 100
NO_TAGS: frozenset[str] = frozenset()


def tag_prefix(entity: Entity) -> str | None:
    """What stands before the key in the tag of a row; None for rows without a tag of their own."""
    return None if entity.tag_key is None else f"{entity.tag_noun or entity.noun}_"


def node_tag(entity: Entity, key: object) -> str | None:
    """The tag of the row with this key (the value of its column `Entity.tag_key`, as text with or without dashes)."""
    prefix = tag_prefix(entity)
    return None if prefix is None or key is None else prefix + str(key).replace("-", "")


def list_tag(entity: Entity) -> str | None:
    """The tag of all lists of an entity, which stands for all its rows, too; None for rows without a tag of their own."""
    return None if entity.tag_key is None else f"{entity.tag_noun or entity.noun}s"


def list_tags(
    source: Many | Pages | First,
    arguments: Mapping[str, Any] | None = None,
    schema: GraphQLSchema | None = None,
) -> frozenset[str]:
    """The tags of what decides which rows the source finds: its entity's list, and those of the entities that its `where` looks at.

    `arguments` are coerced, or have slots at their leaves; `schema` is needed where the source has filters.
    """
    if source.owned:
        return NO_TAGS
    entities = [source.entity]
    where = (arguments or {}).get("where")
    if isinstance(source, Pages) and source.filters is not None and where is not None and schema is not None:
        entities += _entities_in(schema.get_type(source.filters), where)
    return frozenset(tag for tag in map(list_tag, entities) if tag is not None)


def asked_tags(ids: Iterable[str]) -> frozenset[str]:
    """The tags of things asked for by public ids (`node`, `nodes`): the ids themselves."""
    return frozenset(ids)


def _entities_in(filters: Any, where: Mapping[str, Any]) -> Iterator[Entity]:
    """The entities whose rows a filter looks at, besides those that it filters."""
    conditions = conditions_of(filters)
    for name, value in where.items():
        condition, kind = conditions[name]
        match condition:
            case ByOne(entity) if isinstance(value, Mapping):
                yield entity
                yield from _entities_in(kind, value)
            case ByMany(entity) if isinstance(value, Mapping):
                yield entity
                for quantifier, nested in value.items():
                    if isinstance(nested, Mapping):
                        yield from _entities_in(row_filter(kind, quantifier), nested)
            case Junction():
                for part in _parts(value):
                    yield from _entities_in(kind, part)
            case _:
                pass


def _parts(value: Any) -> Sequence[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        return [value]
    # Anything else than a list of objects is an empty list, in whatever disguise.
    return [part for part in value if isinstance(part, Mapping)] if isinstance(value, list) else []
