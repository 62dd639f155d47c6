"""Articles as they are read."""

from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from cms.articles import addresses
from cms.articles import sources as from_
from cms.articles.finding import snippet
from cms.articles.graphql.blocks import Block
from cms.articles.graphql.notices import Notice, in_order
from cms.articles.graphql.placements import ImagePlacement, ShareImage
from cms.articles.graphql.previewing import PreviewLink
from cms.articles.graphql.transitions import ArticleSchedule, ArticleTransitionConnection
from cms.articles.kinds import (
    ArticleKind,
    ArticleStatus,
    BylineRole,
    DisclosureKind,
    RelatedSource,
    RelationKind,
)
from cms.articles.previews.entities import PREVIEW_LINKS
from cms.assets.graphql import Asset
from cms.authors.graphql import Author
from cms.body import cut_excerpt
from cms.errors import BadInput
from cms.ids import public_id
from cms.reading.connections import ABSENT, AfterArgument, FirstArgument, Node, PageInfo, Versioned, row_of
from cms.reading.fields import (
    column,
    computed,
    computed_with,
    cursor_field,
    edges_field,
    first,
    items,
    many,
    node_field,
    nodes_field,
    one,
    page_info_field,
    pages,
    same_row,
    total_count_field,
)
from cms.reading.scalars import DateTime, Html, Locale, Markdown, Url
from cms.reading.sources import Deferred, Facts
from cms.taxonomy.graphql import Section, Tag

if TYPE_CHECKING:
    from cms.articles.graphql.versions import ArticleVersionConnection

LazyVersionConnection = Annotated[
    "ArticleVersionConnection", strawberry.lazy("cms.articles.graphql.versions")
]

EXCERPT_CHARACTERS_MAX = 10_000
KindsArgument = Annotated[
    list[RelationKind] | None, strawberry.argument(description="Only links of these kinds.")
]


def _id(_: Facts, key: str) -> str:
    return public_id("article", key)


def _value(_: Facts, value: Any) -> Any:
    return value


def _or_else(_: Facts, own: str | None, otherwise: str) -> str:
    return own or otherwise


def _canonical(
    facts: Facts, own: str | None, site_url: str | None, pattern: str, locale: str, slug: str
) -> str | None:
    return own or addresses.article_url(facts, site_url, pattern, locale, slug)


def _by_editor(_: Facts, __: Any) -> str:
    return RelatedSource.EDITOR.value


def _moved_permanently(_: Facts, __: Any) -> int:
    return 301


def _excerpt(_: Facts, text: str, characters: int) -> str:
    if not 1 <= characters <= EXCERPT_CHARACTERS_MAX:
        raise BadInput(f"characters is {characters}; allowed is 1 to {EXCERPT_CHARACTERS_MAX}.")
    return cut_excerpt(text, characters)


def disclosures_in_words(_: Facts, disclosures: Any, texts: Any, locale: str) -> Any:
    """The disclosures, each with its own words or else with the site's for its kind and the locale."""
    standing = {(text["kind"], text["locale"]): text["text"] for text in texts}
    return [
        {
            "kind": d["kind"],
            "text": d.get("text") or standing.get((d["kind"], locale)),
            "is_derived": d.get("is_derived", False),
        }
        for d in disclosures
    ]


@strawberry.type(description="A heading of the body, for a table of contents.")
class OutlineEntry:
    level: int = column("level", "1 to 6.")
    text: str = column("text", "What the heading says.")
    anchor: str = column("anchor", "The id of the heading in the HTML.")


@strawberry.type(description="What an article says, in every form that a frontend may want.")
class Body:
    markdown: Markdown = column("body_markdown", "The source, as it was written.")
    html: Html = computed(
        addresses.resolved_html,
        "body_html", "body_references", "site_url", "site_article_path",
        description="Sanitised HTML with the addresses of pictures and articles.",
    )  # fmt: skip
    text: str = column("body_text", "The words without markup.")
    blocks: list[Block] = items(
        addresses.resolved_blocks,
        "body_blocks", "body_references", "site_url", "site_article_path",
        description="The body as typed blocks, in their order.",
        companions=from_.NAMED_IN_BODY,
    )  # fmt: skip
    outline: list[OutlineEntry] = items(_value, "body_outline", description="The headings.")

    @computed_with(_excerpt, "body_text")
    def excerpt(
        self,
        characters: Annotated[
            int, strawberry.argument(description="At most so many characters: 1 to 10,000.")
        ] = 200,
    ) -> str:
        """The beginning of the text, cut at a word."""
        ...


@strawberry.type(description="Somebody in the byline.")
class BylineEntry:
    author: Author = one(from_.AUTHOR_OF_ENTRY, "Who.")
    role: BylineRole = column("role", "What they did.")


@strawberry.type(
    description="What search engines and social networks are told. Each falls back to the article's own."
)
class Seo:
    title: str = computed(_or_else, "seo_title", "title", description="The title.")
    description: str = computed(_or_else, "seo_description", "excerpt", description="The description.")
    canonical_url: Url | None = computed(
        _canonical,
        "seo_canonical_url", "site_url", "site_article_path", "locale", "slug",
        description="The address that counts.",
    )  # fmt: skip
    no_index: bool = column("seo_no_index", "Whether search engines are asked to leave it out.")
    image: Asset | None = one(
        from_.SHARED_IMAGE, "The picture for previews, whole; the cover unless another was chosen."
    )
    share_image: ShareImage | None = same_row(
        "That picture as previews are to show it: the part and around the point that the article names for them, else as it frames its cover.",
        when="shared_asset",
    )


@strawberry.type(description="Something that a reader should know about how a piece came to be.")
class Disclosure:
    kind: DisclosureKind = column("kind", "What sort of thing.")
    text: str | None = column(
        "text", "The words: the article's own, else the site's for this kind and locale."
    )
    is_derived: bool = column(
        "is_derived", "Whether it added itself, because of what the article shows, and nobody has written it."
    )


@strawberry.type(description="A piece in one locale.")
class Article(Node, Versioned):
    is_type_of = row_of("Article")
    id: strawberry.ID = computed(_id, "id", description="Opaque, the same everywhere, for ever.")
    kind: ArticleKind = column("kind", "What sort of journalism it is.")
    status: ArticleStatus = column("status", "Where the version that you see stands.")
    is_live: bool = column("is_live", "Whether the public reads it, in this version or an older one.")
    scheduled_for: DateTime | None = column(
        "scheduled_for", "When a version of it is published; for the desk, in the perspective draft."
    )
    schedule: ArticleSchedule | None = items(
        _value,
        "schedule",
        description="What is to be done with it at set times, or could not be; for the desk, in the perspective draft.",
    )
    locale: Locale = column("locale", "The locale it is written in.")
    slug: str = column("slug", "The name in URLs, unique in its locale.")
    title: str = column("title", "The headline.")
    subtitle: str | None = column("subtitle", "The line below the headline.")
    excerpt: str = column("excerpt", "What it says in short: as written, else cut from the text at a word.")
    body: Body = same_row("What it says.")
    byline: list[BylineEntry] = many(from_.BYLINE_OF_ARTICLE, "Who made it, in order, with roles.")
    authors: list[Author] = many(from_.AUTHORS_OF_ARTICLE, "Those of the byline whose role is AUTHOR.")
    section: Section | None = one(from_.SECTION_OF_ARTICLE, "The part of the site it belongs to.")
    tags: list[Tag] = many(from_.TAGS_OF_ARTICLE, "Its tags, in order.")
    cover: ImagePlacement | None = same_row("The picture at its head.", when="cover_id")
    translations: "list[Article]" = many(from_.TRANSLATIONS, "The same piece in other locales, by locale.")
    translated_from: "Article | None" = one(
        from_.SOURCE_OF_TRANSLATION,
        "The article that this is a translation of, where that is known and you see it.",
    )
    is_outdated: bool = column(
        "is_outdated",
        "Whether the article that this was translated from says other words by now. Compared with what you see of it: as published, or its draft.",
    )
    notices: list[Notice] = items(
        in_order,
        "notices",
        description="What readers are told of what became of it, the oldest first: the reason, if it was withdrawn.",
    )
    disclosures: list[Disclosure] = items(
        disclosures_in_words,
        "disclosures", "site_disclosure_texts", "locale",
        description="What a reader should know about how it came to be.",
    )  # fmt: skip
    seo: Seo = same_row("What search engines and social networks are told.")
    url: Url | None = computed(
        addresses.article_url,
        "site_url", "site_article_path", "locale", "slug",
        description="Where it is on the site; null while the site has no URL.",
    )  # fmt: skip
    word_count: int = column("word_count", "Its length in words.")
    reading_minutes: int = column(
        "reading_minutes",
        "Minutes to read: 238 words (Brysbaert 2019) or 500 CJK characters a minute, rounded up, at least 1.",
    )
    published_at: DateTime | None = column("published_at", "When it was first live.")
    created_at: DateTime = column("created_at", "When it was created.")
    updated_at: DateTime = column("updated_at", "When what you see of it changed last.")
    version: int = column("version", "The number of the version that you see: send it as `expectedVersion`.")

    @pages(Deferred("cms.articles.histories:VERSIONS_OF_ARTICLE"))
    def versions(self, first: FirstArgument = ABSENT, after: AfterArgument = ABSENT) -> LazyVersionConnection:
        """Every save of it, the newest first. Needs article:read_drafts; for others there are none."""
        ...

    @pages(from_.RELATED_OF_ARTICLE)
    def related(
        self,
        first: FirstArgument = ABSENT,
        after: AfterArgument = ABSENT,
        kinds: KindsArgument = ABSENT,
        include: Annotated[
            list[RelatedSource] | None,
            strawberry.argument(
                description="Whose links; default the editors' alone. Suggestions are not made yet."
            ),
        ] = ABSENT,
    ) -> "RelatedConnection":
        """The articles that editors have named as related, in their order."""
        ...

    @pages(from_.BACKLINKS)
    def backlinks(
        self, first: FirstArgument = ABSENT, after: AfterArgument = ABSENT, kinds: KindsArgument = ABSENT
    ) -> "RelatedConnection":
        """The articles that name this one as related, the newest first."""
        ...

    @pages(from_.TRANSITIONS)
    def transitions(
        self, first: FirstArgument = ABSENT, after: AfterArgument = ABSENT
    ) -> ArticleTransitionConnection:
        """Who did what with it on its way, the newest first; for the desk, in the perspective draft."""
        ...

    preview_links: list[PreviewLink] = many(
        PREVIEW_LINKS,
        "The preview links to its draft that are good, the newest first. Needs article:preview or article:preview_own; for others there are none.",
    )

    @first(from_.TRANSLATION)
    def translation(
        self, locale: Annotated[Locale, strawberry.argument(description="The locale that is wanted.")]
    ) -> "Article | None":
        """The same piece in another locale."""
        ...


@strawberry.type(description="An article on a page of a connection.")
class ArticleEdge:
    cursor: str = cursor_field()
    node: Article = node_field("The article.")


@strawberry.type(description="A page of articles.")
class ArticleConnection:
    edges: list[ArticleEdge] = edges_field()
    nodes: list[Article] = nodes_field()
    page_info: PageInfo = page_info_field()
    total_count: int = total_count_field()


@strawberry.type(description="A link from one article to another.")
class RelatedEdge:
    cursor: str = cursor_field()
    node: Article = node_field("The article at the other end.")
    kind: RelationKind = column("kind", "What the named article is to the one that names it.")
    note: str | None = column("note", "What the editor says of the link.")
    source: RelatedSource = computed(_by_editor, "kind", description="Who says that they belong together.")


@strawberry.type(description="A page of links between articles.")
class RelatedConnection:
    edges: list[RelatedEdge] = edges_field()
    nodes: list[Article] = nodes_field()
    page_info: PageInfo = page_info_field()
    total_count: int = total_count_field()


@strawberry.type(description="An article that a search has found.")
class SearchEdge:
    cursor: str = cursor_field()
    node: Article = node_field("The article.")
    score: float = column("score", "How well it fits: comparable within one search.")
    snippet: Html = computed(
        snippet,
        "headline",
        "sought",
        description="The words around what was found, which stands in `<mark>`.",
    )


@strawberry.type(description="A page of what a search has found, best first.")
class SearchConnection:
    edges: list[SearchEdge] = edges_field()
    nodes: list[Article] = nodes_field()
    page_info: PageInfo = page_info_field()
    total_count: int = total_count_field()


@strawberry.type(description="An old slug and where it leads now.")
class Redirect:
    slug: str = column("slug", "The slug that was asked for.")
    locale: Locale = column("locale", "Its locale.")
    article: Article = one(from_.ARTICLE_OF_REDIRECT, "The article it leads to.")
    target_slug: str = column("current_slug", "The slug that the article has now.")
    status_code: int = computed(
        _moved_permanently, "slug", description="The HTTP status for the redirect: moved permanently."
    )
