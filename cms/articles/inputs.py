"""What the verbs of articles are given: keys are UUIDs, bodies hold public ids."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from cms.articles.kinds import ArticleKind, BylineRole, DisclosureKind, RelationKind
from cms.assets.framing import Crop, FocalPoint
from cms.changes import UNSET, Maybe


@dataclass(frozen=True)
class BylineEntry:
    """Somebody who made the piece, and what they did."""

    author_id: UUID
    role: BylineRole = BylineRole.AUTHOR


@dataclass(frozen=True)
class Cover:
    """The picture that stands for the piece. What is None here comes from the asset; an `alt` of "" says that here it is decoration."""

    asset_id: UUID
    alt: str | None = None
    caption: str | None = None
    credit: str | None = None
    focal_point: FocalPoint | None = None
    crop: Crop | None = None


@dataclass(frozen=True)
class RelatedLink:
    """An article that the editor points to."""

    article_id: UUID
    kind: RelationKind = RelationKind.SEE_ALSO
    note: str | None = None


@dataclass(frozen=True)
class Disclosure:
    """What a reader should know. Without a text, the site's text of the kind stands."""

    kind: DisclosureKind
    text: str | None = None


@dataclass(frozen=True)
class Seo:
    """What search engines are told in place of the piece's own title and excerpt."""

    title: str | None = None
    description: str | None = None
    canonical_url: str | None = None
    no_index: bool = False
    image_id: UUID | None = None
    # How that picture is framed; without one of its own there is nothing to frame.
    image_focal_point: FocalPoint | None = None
    image_crop: Crop | None = None


@dataclass(frozen=True, kw_only=True)
class SeoChanges:
    """The fields of Seo that were sent."""

    title: Maybe[str | None] = UNSET
    description: Maybe[str | None] = UNSET
    canonical_url: Maybe[str | None] = UNSET
    no_index: Maybe[bool | None] = UNSET
    image_id: Maybe[UUID | None] = UNSET
    image_focal_point: Maybe[FocalPoint | None] = UNSET
    image_crop: Maybe[Crop | None] = UNSET


@dataclass(frozen=True, kw_only=True)
class ArticleChanges:
    """The fields of an article that were sent. None clears; a slug of None is made from the title; lists and the cover are replaced whole."""

    kind: Maybe[ArticleKind] = UNSET
    slug: Maybe[str | None] = UNSET
    title: Maybe[str] = UNSET
    subtitle: Maybe[str | None] = UNSET
    excerpt: Maybe[str | None] = UNSET
    body: Maybe[str] = UNSET
    section_id: Maybe[UUID | None] = UNSET
    cover: Maybe[Cover | None] = UNSET
    byline: Maybe[Sequence[BylineEntry] | None] = UNSET
    tag_ids: Maybe[Sequence[UUID] | None] = UNSET
    related: Maybe[Sequence[RelatedLink] | None] = UNSET
    seo: Maybe[SeoChanges | None] = UNSET
    disclosures: Maybe[Sequence[Disclosure] | None] = UNSET
    message: str | None = None


@dataclass(frozen=True, kw_only=True)
class NewArticle(ArticleChanges):
    """An article to be. Without a locale it is in the site's default one; `created_at` is for imports."""

    title: str = field()  # A bare annotation would inherit UNSET as the default.
    locale: str | None = None
    translation_of: UUID | None = None
    created_at: datetime | None = None
