"""Which articles, and in which order."""

from enum import StrEnum

import strawberry

from cms.articles.entities import ARTICLE
from cms.articles.kinds import ArticleKind, ArticleStatus
from cms.articles.sources import pointed, sibling, signed, tagged
from cms.assets.entities import ASSET
from cms.assets.graphql_filters import AssetFilter
from cms.authors.entities import AUTHOR
from cms.authors.graphql import AuthorFilter
from cms.reading.connections import DIRECTION, NULLS, NullsOrder, OrderDirection
from cms.reading.enums import describe_enum
from cms.reading.filters import (
    EQ,
    IN,
    NE,
    NOT_IN,
    BooleanFilter,
    ByColumn,
    ByMany,
    ByOne,
    DateTimeFilter,
    IdFilter,
    IntFilter,
    LocaleFilter,
    StringFilter,
    all_of,
    any_of,
    by_id,
    none_of,
    operator,
    where_field,
)
from cms.taxonomy.entities import SECTION, TAG
from cms.taxonomy.graphql import SectionFilter, TagFilter

SOME = "At least one of them matches."
NONE = "None of them matches."
EVERY = "All of them match, or there are none."


@strawberry.input(description="Tests of the kind of a piece. Several in one object must all hold.")
class ArticleKindFilter:
    eq: ArticleKind | None = operator(EQ)
    ne: ArticleKind | None = operator(NE)
    in_: list[ArticleKind] | None = operator(IN, name="in")
    not_in: list[ArticleKind] | None = operator(NOT_IN)


@strawberry.input(description="Tests of the status. Several in one object must all hold.")
class ArticleStatusFilter:
    eq: ArticleStatus | None = operator(EQ)
    ne: ArticleStatus | None = operator(NE)
    in_: list[ArticleStatus] | None = operator(IN, name="in")
    not_in: list[ArticleStatus] | None = operator(NOT_IN)


@strawberry.input(
    description="Tests of the authors in the byline, in any role. Several in one object must all hold."
)
class AuthorListFilter:
    some: AuthorFilter | None = operator(SOME)
    none: AuthorFilter | None = operator(NONE)
    every: AuthorFilter | None = operator(EVERY)


@strawberry.input(description="Tests of the tags. Several in one object must all hold.")
class TagListFilter:
    some: TagFilter | None = operator(SOME)
    none: TagFilter | None = operator(NONE)
    every: TagFilter | None = operator(EVERY)


@strawberry.input(description="Tests of a list of articles. Several in one object must all hold.")
class ArticleListFilter:
    some: "ArticleFilter | None" = operator(SOME)
    none: "ArticleFilter | None" = operator(NONE)
    every: "ArticleFilter | None" = operator(EVERY)


@strawberry.input(description="Which articles. Several fields in one object must all hold.")
class ArticleFilter:
    id: IdFilter | None = by_id("article", "id", "By id.")
    kind: ArticleKindFilter | None = where_field(ByColumn("kind"), "By kind.")
    status: ArticleStatusFilter | None = where_field(ByColumn("status"), "By status.")
    is_live: BooleanFilter | None = where_field(
        ByColumn("is_live"), "Whether the public reads them, in any version."
    )
    scheduled_for: DateTimeFilter | None = where_field(
        ByColumn("scheduled_for"), "By the time at which a version is published; in the perspective draft."
    )
    locale: LocaleFilter | None = where_field(ByColumn("locale"), "By locale.")
    slug: StringFilter | None = where_field(ByColumn("slug"), "By slug.")
    title: StringFilter | None = where_field(ByColumn("title"), "By title.")
    subtitle: StringFilter | None = where_field(ByColumn("subtitle"), "By subtitle.")
    excerpt: StringFilter | None = where_field(ByColumn("excerpt"), "By excerpt.")
    text: StringFilter | None = where_field(ByColumn("body_text"), "By the words of the body.")
    word_count: IntFilter | None = where_field(ByColumn("word_count"), "By length in words.")
    reading_minutes: IntFilter | None = where_field(ByColumn("reading_minutes"), "By minutes to read.")
    published_at: DateTimeFilter | None = where_field(
        ByColumn("published_at"), "By the time of first publication."
    )
    created_at: DateTimeFilter | None = where_field(ByColumn("created_at"), "By the time of creation.")
    updated_at: DateTimeFilter | None = where_field(ByColumn("updated_at"), "By the time of the last change.")
    section: SectionFilter | None = where_field(ByOne(SECTION, "section_id"), "By the section.")
    section_id: IdFilter | None = by_id(
        "section", "section_id", "By the section's id; `isNull` finds those without."
    )
    cover: AssetFilter | None = where_field(ByOne(ASSET, "cover_id"), "By the cover.")
    cover_id: IdFilter | None = by_id("asset", "cover_id", "By the cover's id; `isNull` finds those without.")
    lacks_alt: BooleanFilter | None = where_field(
        ByColumn("lacks_alt"),
        "By whether its cover or a picture of its body has no alternative text, from the article or from the asset, and is not marked as decorative.",
    )
    authors: AuthorListFilter | None = where_field(ByMany(AUTHOR, signed), "By the authors in the byline.")
    tags: TagListFilter | None = where_field(ByMany(TAG, tagged), "By the tags.")
    related: ArticleListFilter | None = where_field(
        ByMany(ARTICLE, pointed), "By the articles named as related."
    )
    translations: ArticleListFilter | None = where_field(
        ByMany(ARTICLE, sibling), 'By the same piece in other locales, as in `{none: {locale: {eq: "fr"}}}`.'
    )
    is_outdated: BooleanFilter | None = where_field(
        ByColumn("is_outdated"), "By whether it is a translation whose source has moved on."
    )
    and_: "list[ArticleFilter] | None" = all_of()
    or_: "list[ArticleFilter] | None" = any_of()
    not_: "ArticleFilter | None" = none_of()


class ArticleOrderField(StrEnum):
    """What articles can be sorted by."""

    PUBLISHED_AT = "PUBLISHED_AT"
    UPDATED_AT = "UPDATED_AT"
    CREATED_AT = "CREATED_AT"
    TITLE = "TITLE"
    WORD_COUNT = "WORD_COUNT"
    READING_MINUTES = "READING_MINUTES"


describe_enum(
    ArticleOrderField,
    "What articles can be sorted by.",
    {
        "PUBLISHED_AT": "The time of first publication; drafts have none.",
        "UPDATED_AT": "The time of the last change.",
        "CREATED_AT": "The time of creation.",
        "TITLE": "The title, whatever its case and accents.",
        "WORD_COUNT": "The length in words.",
        "READING_MINUTES": "The minutes to read.",
    },
)


@strawberry.input(description="One key to sort articles by.")
class ArticleOrder:
    field: ArticleOrderField = strawberry.field(description="What to sort by.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description=DIRECTION)
    nulls: NullsOrder = strawberry.field(default=NullsOrder.LAST, description=NULLS)
