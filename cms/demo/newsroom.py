"""What a demo newsroom consists of, as it stands in the files: names and slugs, no ids."""

from dataclasses import field
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field
from pydantic.dataclasses import dataclass

from cms.articles.kinds import ArticleKind, BylineRole, DisclosureKind, RelationKind
from cms.assets.kinds import DigitalSourceType

STRICT = ConfigDict(extra="forbid", str_strip_whitespace=True, str_min_length=1)

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=200)]
Locale = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$")]
WebAddress = Annotated[str, Field(pattern=r"^https://\S*[^\s/]$")]
FileName = Annotated[str, Field(pattern=r"^[a-z0-9-]+\.webp$")]


def source_type_of_that_name(value: object) -> object:
    """The source type whose name the file gives, as GraphQL spells it; another value is left for the validation to refuse."""
    return DigitalSourceType.__members__.get(value, value) if isinstance(value, str) else value


@dataclass(frozen=True, config=STRICT)
class BylineEntry:
    """An author, by slug, and what they did."""

    author: Slug
    role: BylineRole = BylineRole.AUTHOR


@dataclass(frozen=True, config=STRICT)
class Cover:
    """The picture above an article; the texts override those of the image."""

    image: FileName
    alt: str | None = None
    caption: str | None = None
    credit: str | None = None


@dataclass(frozen=True, config=STRICT)
class RelatedLink:
    """Another article, by slug, and what it is to this one."""

    slug: Slug
    kind: RelationKind = RelationKind.SEE_ALSO
    note: str | None = None


@dataclass(frozen=True, config=STRICT)
class Disclosure:
    """What a reader should know about how a piece came to be."""

    kind: DisclosureKind
    text: str


@dataclass(frozen=True, config=STRICT)
class Seo:
    """What search engines show instead of the title and the excerpt."""

    title: str | None = None
    description: str | None = None


@dataclass(frozen=True, config=STRICT)
class Article:
    """An article in one language. `days_ago` counts back from the day of loading, so that the newsroom looks fresh."""

    title: str
    slug: Slug
    locale: Locale
    kind: ArticleKind
    section: Slug
    tags: tuple[Slug, ...]
    byline: Annotated[tuple[BylineEntry, ...], Field(min_length=1)]
    excerpt: str
    days_ago: Annotated[float, Field(ge=0)]
    status: Literal["published", "draft"]
    body: str
    subtitle: str | None = None
    cover: Cover | None = None
    translation_of: Slug | None = None
    related: tuple[RelatedLink, ...] = ()
    disclosures: tuple[Disclosure, ...] = ()
    seo: Seo = field(default_factory=Seo)


@dataclass(frozen=True, config=STRICT)
class Page:
    """A page that is not an article: a legal notice, the submission rules."""

    title: str
    slug: Slug
    locale: Locale
    body: str
    translation_of: Slug | None = None


@dataclass(frozen=True, config=STRICT)
class AuthorLink:
    """A page about an author elsewhere."""

    label: str
    url: WebAddress


@dataclass(frozen=True, config=STRICT)
class Author:
    """Somebody who signs articles; `avatar` is an image by file name."""

    slug: Slug
    name: str
    title: str
    bio: str
    avatar: FileName
    links: tuple[AuthorLink, ...] = ()


@dataclass(frozen=True, config=STRICT)
class Section:
    """A part of the site with the parts below it."""

    slug: Slug
    name: str
    children: tuple["Section", ...] = ()


@dataclass(frozen=True, config=STRICT)
class Tag:
    """A word that articles share."""

    slug: Slug
    name: str


@dataclass(frozen=True, config=STRICT)
class Image:
    """A picture of the package, and what is to be said of it wherever it is shown."""

    path: Path
    alt: str
    caption: str
    credit: str
    creator: str
    digital_source_type: Annotated[DigitalSourceType, BeforeValidator(source_type_of_that_name)]


@dataclass(frozen=True, config=STRICT)
class Site:
    """The site itself; texts by locale."""

    name: str
    url: WebAddress
    default_locale: Locale
    locales: tuple[Locale, ...]
    description: dict[Locale, str]
    disclosure_texts: dict[DisclosureKind, dict[Locale, str]]


@dataclass(frozen=True, config=STRICT)
class Newsroom:
    """Everything. Articles stand originals first, then oldest first, so that what is translated exists before."""

    site: Site
    authors: tuple[Author, ...]
    sections: tuple[Section, ...]
    tags: tuple[Tag, ...]
    images: dict[FileName, Image]
    articles: tuple[Article, ...]
    pages: tuple[Page, ...]
