"""What the operator may choose about an import."""

from dataclasses import dataclass
from enum import StrEnum


class CategoryUse(StrEnum):
    """What categories become. Where they are sections, an article's first one is its section and its others are tags."""

    SECTIONS = "sections"
    TAGS = "tags"


class PageUse(StrEnum):
    """What becomes of pages, which Kiosque does not have yet."""

    SKIP = "skip"
    ARTICLES = "articles"


@dataclass(frozen=True, kw_only=True)
class ImportOptions:
    """The operator's choices. `source` names the format and is part of what an import remembers; `locale` None is the site's own."""

    source: str
    source_name: str
    categories: CategoryUse = CategoryUse.SECTIONS
    pages: PageUse = PageUse.SKIP
    locale: str | None = None
