"""What a reader hands to the engine, whatever the format was: plain facts, no database, no network.

Keys. Every thing has a `source_key` that is stable between two readings of the same source and different between two
sources; `author_keys`, `cover_key` and the like are such keys. Everything that an article names comes before it in the
stream, with one exception: an article may link to, or be a translation of, an article that comes later.

References in Markdown. Bodies name assets and articles by targets that the engine replaces once it has stored them:
`![alt](import-asset:KEY "caption")` is an image, `[text](import-asset:KEY)` a link to a picture's file and
`[text](import-article:KEY)` a link to another piece. KEY is the source key, percent-encoded so that it is made of
`A-Z a-z 0-9 _ . ~ / : % -` alone (see `references.py`, which also replaces them).
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class TermKind(StrEnum):
    """A branch of a tree, or a word that articles share."""

    CATEGORY = "category"
    TAG = "tag"


class ContentKind(StrEnum):
    """A piece with a date and a byline, or a standing page."""

    ARTICLE = "article"
    PAGE = "page"


class MediaKind(StrEnum):
    """What a file is, judged by its name or its declared type. Only images can become assets."""

    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    FILE = "file"


class ImportedStatus(StrEnum):
    """Where the engine should put the piece. Nothing that was hidden at the source is ever `PUBLISHED`."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class ImportedAuthor:
    """Somebody who wrote. `email` is personal: it may be stored where staff alone read it, and is never logged."""

    source_key: str
    slug: str | None
    name: str
    email: str | None = field(default=None, repr=False)
    bio: str | None = None


@dataclass(frozen=True, slots=True)
class ImportedTerm:
    """A category or a tag. A parent comes before its children, unless the source has a circle (then there is none)."""

    source_key: str
    kind: TermKind
    slug: str | None
    name: str
    parent_key: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class ImportedAsset:
    """A file that the source names by URL; its bytes are elsewhere. Texts are plain; None where the source says nothing."""

    source_key: str
    url: str
    filename: str
    media_kind: MediaKind
    alt: str | None = None
    caption: str | None = None
    credit: str | None = None
    title: str | None = None
    description: str | None = None
    uploaded_path: str | None = None  # below the folder of uploads, for a copy of that folder on disk


@dataclass(frozen=True, slots=True)
class ImportedArticle:
    """A piece or a page. Times are UTC. `slug` is as the source had it, decoded; None: make one from the title."""

    source_key: str
    where: str
    kind: ContentKind
    slug: str | None
    title: str
    markdown: str
    status: ImportedStatus
    status_reason: str | None = (
        None  # why it is not published, when the source's status does not say so by itself
    )
    subtitle: str | None = None
    excerpt: str | None = None
    locale: str | None = None  # BCP 47
    translation_group: str | None = None  # the same for all the translations of one piece
    published_at: datetime | None = None
    scheduled_for: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    author_keys: tuple[str, ...] = ()
    section_key: str | None = None  # the category that stands first; also in term_keys
    term_keys: tuple[str, ...] = ()  # categories, then tags, in the source's order
    cover_key: str | None = None
    cover_alt: str | None = None  # overrides of this piece; None: the asset's own
    cover_caption: str | None = None
    old_slugs: tuple[str, ...] = ()
    old_links: tuple[str, ...] = ()  # absolute URLs that led here
    parent_key: str | None = None  # of a page: the page above it
    seo_title: str | None = None
    seo_description: str | None = None
    password_protected: bool = False
    sticky: bool = False
    asset_keys: tuple[str, ...] = ()  # every import-asset: target of the body, in order, once each
    linked_article_keys: tuple[str, ...] = ()  # every import-article: target of the body, likewise


@dataclass(frozen=True, slots=True)
class ImportWarning:
    """Something was read, but not quite as it stood. `where` names the file and the item."""

    where: str
    message: str


@dataclass(frozen=True, slots=True)
class SkippedItem:
    """Something was left out: `count` things of the sort `noun`, and why. Same noun and reason may be added up."""

    where: str
    noun: str
    reason: str
    count: int = 1


ImportedDocument = ImportedAuthor | ImportedTerm | ImportedAsset | ImportedArticle
ImportEvent = ImportedDocument | ImportWarning | SkippedItem
