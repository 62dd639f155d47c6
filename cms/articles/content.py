"""The content of one version of an article, as a value that can be compared."""

import dataclasses
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from cms.articles.inputs import BylineEntry, Cover, Disclosure, RelatedLink, Seo
from cms.articles.kinds import ArticleKind


@dataclass(frozen=True)
class BodyContent:
    """A body and what is derived from it. Two bodies are the same when their Markdown is."""

    markdown: str
    html: str = field(compare=False)
    text: str = field(compare=False)
    blocks: list[dict[str, Any]] = field(compare=False)
    outline: list[dict[str, Any]] = field(compare=False)
    word_count: int = field(compare=False)
    reading_minutes: int = field(compare=False)
    asset_ids: frozenset[UUID] = field(compare=False)
    article_ids: frozenset[UUID] = field(compare=False)


@dataclass(frozen=True)
class Content:
    """Everything that a version keeps. An empty title, slug or missing body only occurs before an article's first version."""

    kind: ArticleKind = ArticleKind.NEWS
    slug: str = ""
    title: str = ""
    subtitle: str | None = None
    excerpt: str | None = None
    body: BodyContent | None = None
    section_id: UUID | None = None
    cover: Cover | None = None
    byline: tuple[BylineEntry, ...] = ()
    tag_ids: tuple[UUID, ...] = ()
    related: tuple[RelatedLink, ...] = ()
    seo: Seo = field(default_factory=Seo)
    disclosures: tuple[Disclosure, ...] = ()


# The names under which clients know the fields.
FIELD_NAMES = {"section_id": "sectionId", "tag_ids": "tagIds"}


def changed_fields(before: Content, after: Content) -> list[str]:
    """The names, as clients write them, of the fields that differ."""
    names = [member.name for member in dataclasses.fields(Content)]
    return [FIELD_NAMES.get(name, name) for name in names if getattr(before, name) != getattr(after, name)]
