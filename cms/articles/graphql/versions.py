"""The history of an article: every version, what it said, and what differs between two."""

from typing import Annotated, Any

import strawberry

from cms.articles import histories as from_
from cms.articles import sources
from cms.articles.comparing import Change, compare_blocks, compare_fields
from cms.articles.graphql.placements import ImagePlacement
from cms.articles.graphql.types import (
    Article,
    Body,
    BylineEntry,
    Disclosure,
    Seo,
    disclosures_in_words,
)
from cms.articles.kinds import ArticleKind, RelationKind
from cms.ids import public_id
from cms.reading.connections import PageInfo
from cms.reading.enums import describe_enum
from cms.reading.fields import (
    column,
    computed,
    cursor_field,
    edges_field,
    first,
    items,
    many,
    node_field,
    nodes_field,
    one,
    page_info_field,
    same_row,
    total_count_field,
)
from cms.reading.scalars import DateTime, Locale
from cms.reading.sources import Facts
from cms.taxonomy.graphql import Section, Tag

describe_enum(
    Change,
    "What has become of a part between two versions.",
    {
        "KEPT": "It is the same.",
        "ADDED": "It was not there before.",
        "REMOVED": "It is there no more.",
        "CHANGED": "It says something else.",
        "MOVED": "It stands at another place.",
    },
)


def _value(_: Facts, value: Any) -> Any:
    return value


def _article_id(_: Facts, key: str) -> str:
    return public_id("article", key)


@strawberry.type(description="A related link as a version has it.")
class RelatedLinkAsItWas:
    article: Article | None = one(
        sources.ARTICLE_OF_LINK, "The article at the other end, where your perspective shows it."
    )
    article_id: strawberry.ID = computed(_article_id, "article_id", description="The id of that article.")
    kind: RelationKind = column("kind", "What the named article is to the one that names it.")
    note: str | None = column("note", "What the editor says of the link.")


@strawberry.type(
    description="What an article says in one of its versions. What it points to (authors, tags, pictures) is as it is today."
)
class ArticleAsItWas:
    kind: ArticleKind = column("kind", "What sort of journalism it was.")
    locale: Locale = column("locale", "The locale it is written in.")
    slug: str = column("slug", "The name in URLs.")
    title: str = column("title", "The headline.")
    subtitle: str | None = column("subtitle", "The line below the headline.")
    excerpt: str = column("excerpt", "What it said in short: as written, else cut from the text at a word.")
    body: Body = same_row("What it said.")
    byline: list[BylineEntry] = many(from_.BYLINE_OF_VERSION, "Who made it, in order, with roles.")
    section: Section | None = one(sources.SECTION_OF_ARTICLE, "The part of the site it belonged to.")
    tags: list[Tag] = many(from_.TAGS_OF_VERSION, "Its tags, in order.")
    cover: ImagePlacement | None = same_row("The picture at its head.", when="cover_id")
    related: list[RelatedLinkAsItWas] = many(
        from_.RELATED_OF_VERSION, "The articles that it named as related, in order."
    )
    disclosures: list[Disclosure] = items(
        disclosures_in_words,
        "disclosures", "site_disclosure_texts", "locale",
        description="What a reader should know about how it came to be.",
    )  # fmt: skip
    seo: Seo = same_row("What search engines and social networks were told.")
    word_count: int = column("word_count", "Its length in words.")
    reading_minutes: int = column("reading_minutes", "Minutes to read.")


@strawberry.type(description="Something that a version named and that is no more.")
class LostReference:
    path: str = column("path", "The field that named it, as in `sectionId`.")
    id: strawberry.ID = column("lost_id", "The id that it had.")
    name: str = column("name", "What it was called.")
    replaced_by: strawberry.ID | None = column(
        "replaced_by", "The id of what took its place, as after a merge of tags."
    )


@strawberry.type(description="An article as it was saved once.")
class ArticleVersion:
    number: int = column("number", "1 for the first save, and so on.")
    created_at: DateTime = column("created_at", "When it was saved.")
    actor: str = column("actor_name", "The name of who saved it.")
    message: str | None = column("message", "Why, in the words of who saved it.")
    changed_fields: list[str] = column(
        "changed_fields",
        "The fields that differ from the version before, under their names in UpdateArticleInput.",
    )
    was_published: bool = column(
        "was_published", "Whether the public could ever read it; if so, it is kept for ever."
    )
    lost: list[LostReference] = many(
        from_.LOST_OF_VERSION, "What it named and was deleted or merged since: no restore brings that back."
    )
    article: ArticleAsItWas = same_row("The article as it was.")


@strawberry.type(description="A version on a page of a connection.")
class ArticleVersionEdge:
    cursor: str = cursor_field()
    node: ArticleVersion = node_field("The version.")


@strawberry.type(description="A page of versions, newest first.")
class ArticleVersionConnection:
    edges: list[ArticleVersionEdge] = edges_field()
    nodes: list[ArticleVersion] = nodes_field()
    page_info: PageInfo = page_info_field()
    total_count: int = total_count_field()


@strawberry.type(description="What has become of an entry of a list.")
class EntryChange:
    change: Change = column("change", "What has become of it.")
    key: str = column(
        "key",
        "What makes it the same entry in both: its id, with the role in a byline; the kind of a disclosure.",
    )
    before: str | None = column("before", "What it said in the older version.")
    after: str | None = column("after", "What it says in the newer one.")


@strawberry.type(description="A field that differs.")
class FieldChange:
    field: str = column("field", "Its name, as in `title` or `seo.title`.")
    before: str | None = column(
        "before", "What it said in the older version; null for nothing, and for lists."
    )
    after: str | None = column("after", "What it says in the newer one; null for nothing, and for lists.")
    entries: list[EntryChange] = items(
        _value,
        "entries",
        description="What has become of the entries of a list that have not stayed as they were.",
    )


@strawberry.type(description="A run of words in a block that has changed.")
class WordChange:
    change: Change = column("change", "KEPT, ADDED or REMOVED.")
    text: str = column("text", "The words, with the spaces between them.")


@strawberry.type(description="What has become of a block of the body.")
class BlockChange:
    change: Change = column("change", "KEPT, ADDED, REMOVED or CHANGED.")
    type: str = column("type", "What sort of block it is, as in `PARAGRAPH`.")
    before: str | None = column("before", "Its words in the older version.")
    after: str | None = column("after", "Its words in the newer one.")
    words: list[WordChange] = items(
        _value,
        "words",
        description="For a block that has changed, its words in order: those that went, came, and stayed.",
    )


@strawberry.type(description="What differs between two versions of an article.")
class VersionComparison:
    from_number: int = column("from_number", "The number of the version that is compared.")
    to_number: int = column("to_number", "The number of the version that it is compared with.")
    fields: list[FieldChange] = items(
        compare_fields, "before", "after", description="The fields that differ, but for the body."
    )
    blocks: list[BlockChange] = items(
        compare_blocks, "before", "after", description="All blocks of both bodies, in their order."
    )


ArticleIdArgument = Annotated[strawberry.ID, strawberry.argument(description="The article.")]


@strawberry.type
class VersionQueries:
    @first(from_.VERSION_BY_NUMBER)
    def article_version(
        self,
        article_id: ArticleIdArgument,
        number: Annotated[int, strawberry.argument(description="The number of the version.")],
    ) -> ArticleVersion | None:
        """An article as it was saved once. Needs article:read_drafts; for others there is none."""
        ...

    @first(from_.COMPARE_VERSIONS)
    def compare_versions(
        self,
        article_id: ArticleIdArgument,
        from_: Annotated[
            int, strawberry.argument(name="from", description="The number of the version to begin with.")
        ],
        to: Annotated[int, strawberry.argument(description="The number of the version to compare it with.")],
    ) -> VersionComparison | None:
        """What differs between two versions of an article. Needs article:read_drafts; for others there is nothing to compare."""
        ...
