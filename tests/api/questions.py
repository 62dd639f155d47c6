"""Every field of the schema's root as a question, asked by all that somebody could know or guess."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLField, GraphQLObjectType

from cms.graphql import make_schema
from cms.permissions import Permission
from cms.reading.sources import NEEDS
from tests.api.asking import Json
from tests.api.exploring import PAGE, Explorer
from tests.api.states import LOCALES, Layer, States

SCHEMA = make_schema()._schema  # pyright: ignore[reportPrivateUsage]  (no public name)
ROOT: GraphQLObjectType = SCHEMA.query_type  # pyright: ignore[reportAssignmentType]  (the schema has queries)
# Fields below the root that must be given arguments.
INNER = {
    "Article.translation": 'locale: "fr"',
    "Asset.srcSet": "widths: [100]",
    "ImagePlacement.srcSet": "widths: [100]",
    "ImageBlock.srcSet": "widths: [100]",
}
SLUGS = [layer.value for layer in Layer]


@dataclass(frozen=True)
class Way:
    """How a root field is asked: its variables and arguments, and the values to ask with."""

    declared: str
    arguments: str
    values: Callable[[States], Sequence[Json]]


def _ids(states: States) -> list[Json]:
    return [{"id": key} for key in states.nodes]


def _articles(states: States) -> list[Json]:
    return [{"id": key} for key in states.articles.values()]


def _versions(states: States) -> list[Json]:
    firsts = [{"id": key, "number": 1} for key in states.articles.values()]
    return firsts + [{"id": states.articles[name], "number": 2} for name in ("known", "draft", "newer")]


def _slugs(_: States) -> list[Json]:
    return [{"slug": slug} for slug in [*SLUGS, "harmless", "harmless-again"]]


def _locales(states: States) -> list[Json]:
    return [{"id": states.articles["known"], "locale": locale} for locale in LOCALES]


def _words(_: States) -> list[Json]:
    return [{"word": word} for word in [*SLUGS, "harmless", "river", "Here"]]


def _always(**values: str) -> Callable[[States], list[Json]]:
    return lambda _: [dict(values)]


_BY_SLUG = "$slug: String!"
WAYS: Mapping[str, Sequence[Way]] = {
    "node": [Way("$id: ID!", "id: $id", _ids)],
    "nodes": [Way("$ids: [ID!]!", "ids: $ids", lambda states: [{"ids": states.nodes}])],
    "article": [
        Way("$id: ID!", "id: $id", _articles),
        Way(_BY_SLUG, "slug: $slug", _slugs),
        Way("$id: ID!, $locale: Locale!", 'id: $id, locale: $locale, fallback: ["en"]', _locales),
    ],
    "articleVersion": [Way("$id: ID!, $number: Int!", "articleId: $id, number: $number", _versions)],
    "compareVersions": [Way("$id: ID!", "articleId: $id, from: 1, to: 2", _articles)],
    "redirect": [Way(_BY_SLUG, "slug: $slug", _slugs)],
    "search": [Way("$word: String!", f"query: $word, {PAGE}", _words)],
    "author": [Way(_BY_SLUG, "slug: $slug", _always(slug="ada"))],
    "tag": [Way(_BY_SLUG, "slug: $slug", _always(slug="rivers"))],
    "section": [Way(_BY_SLUG, "slug: $slug", lambda _: [{"slug": "above"}, {"slug": "middle"}])],
    "asset": [Way("$id: ID!", "id: $id", lambda states: [{"id": states.asset}, {"id": states.picture}])],
}
# Past these one goes on to the leaves of what hangs on them: on an article, and on whatever articles hang on.
FARTHER = ("node", "articles", "articleVersion", "author", "tag", "section", "asset")


@dataclass(frozen=True)
class Question:
    """A document, and the variables to ask it with."""

    root: str
    document: str
    variables: Sequence[Json]


def needed_for(field: GraphQLField) -> Permission | None:
    """The permission without which a root field is an error."""
    definition = field.extensions.get("strawberry-definition")
    return None if definition is None else definition.metadata.get(NEEDS)


def questions(states: States, may: frozenset[Permission]) -> list[Question]:
    """All questions that somebody with the permissions may ask. Raises KeyError for a root field of which nobody has said how it is asked."""
    found: list[Question] = []
    for name, field in ROOT.fields.items():
        needed = needed_for(field)
        if needed is None or needed in may:
            found += _questions(name, field, states)
    return found


def _questions(name: str, field: GraphQLField, states: States) -> list[Question]:
    explorer = Explorer(SCHEMA, INNER, things_max=1 + (name in FARTHER))
    below = explorer.below(field)
    if name not in WAYS:
        return [Question(name, f"{{ {name}{explorer.arguments('Query', name, field)} {below} }}", [{}])]
    return [
        Question(name, f"query({way.declared}) {{ {name}({way.arguments}) {below} }}", way.values(states))
        for way in WAYS[name]
    ]


_TELLING = ("markdown", "previewedArticleId")


def text_of(value: Any) -> str:
    """What is in a value of JSON, but for the ids that an editor wrote in Markdown, whatever became of them, and the one that a link is for."""
    if isinstance(value, dict):
        return " ".join(text_of(inner) for name, inner in value.items() if not name.endswith(_TELLING))
    if isinstance(value, list):
        return " ".join(text_of(inner) for inner in value)
    return str(value).lower() if isinstance(value, str) else ""


_HISTORIES = ("ArticleVersion", "VersionComparison")


def without_histories(value: Any) -> Any:
    """An answer without the objects that tell of versions."""
    if isinstance(value, list):
        return [without_histories(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    if str(value.get("__typename", "")).startswith(_HISTORIES):
        return None
    return {name: without_histories(inner) for name, inner in value.items()}
