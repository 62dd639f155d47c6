"""The root fields that lead to articles."""

from typing import Annotated

import strawberry

from cms.articles import sources as from_
from cms.articles.graphql.filters import ArticleFilter, ArticleOrder
from cms.articles.graphql.types import Article, ArticleConnection, Redirect, SearchConnection
from cms.reading.connections import (
    ABSENT,
    AfterArgument,
    BeforeArgument,
    FirstArgument,
    LastArgument,
    OptionalIdArgument,
    OptionalSlugArgument,
)
from cms.reading.fields import first, pages
from cms.reading.scalars import Locale

LocaleArgument = Annotated[
    Locale | None, strawberry.argument(description="Only in this locale. Absent: every locale.")
]


@strawberry.type
class ArticleQueries:
    @first(from_.ARTICLE_BY_ID_OR_SLUG)
    def article(
        self,
        id: OptionalIdArgument = ABSENT,
        slug: OptionalSlugArgument = ABSENT,
        locale: Annotated[
            Locale | None,
            strawberry.argument(
                description="The locale that is wanted. A slug without one is looked for in the site's default locale first."
            ),
        ] = ABSENT,
        fallback: Annotated[
            list[Locale] | None,
            strawberry.argument(
                description="Locales to take instead, in this order; `Article.locale` tells which it became."
            ),
        ] = ABSENT,
    ) -> Article | None:
        """An article by id or by slug; an old slug finds it too."""
        ...

    @pages(from_.ARTICLES)
    def articles(
        self,
        first: FirstArgument = ABSENT,
        after: AfterArgument = ABSENT,
        last: LastArgument = ABSENT,
        before: BeforeArgument = ABSENT,
        locale: LocaleArgument = ABSENT,
        where: Annotated[ArticleFilter | None, strawberry.argument(description="Which articles.")] = ABSENT,
        order_by: Annotated[
            list[ArticleOrder] | None,
            strawberry.argument(description="Sorted by what; newest first unless said."),
        ] = ABSENT,
    ) -> ArticleConnection:
        """Articles, newest first."""
        ...

    @pages(from_.SCHEDULED_ARTICLES)
    def scheduled_articles(
        self,
        first: FirstArgument = ABSENT,
        after: AfterArgument = ABSENT,
        overdue: Annotated[
            bool | None,
            strawberry.argument(
                description="True: only those of which a time has passed a minute ago without anything done, or where it failed."
            ),
        ] = ABSENT,
    ) -> ArticleConnection:
        """Articles that are to be published or unpublished at a set time, or could not be, the next first; in the perspective draft."""
        ...

    @pages(from_.SEARCH)
    def search(
        self,
        query: Annotated[
            str,
            strawberry.argument(
                description='Words to find, as typed into a search box: "exact words", `or` and `-without` work. 1 to 300 characters.'
            ),
        ],
        locale: LocaleArgument = ABSENT,
        first: FirstArgument = ABSENT,
        after: AfterArgument = ABSENT,
    ) -> SearchConnection:
        """Articles in which the words occur, in the language of each, best first."""
        ...

    @first(from_.REDIRECT)
    def redirect(
        self,
        slug: Annotated[str, strawberry.argument(description="A slug that may be an old one.")],
        locale: Annotated[Locale | None, strawberry.argument(description="Its locale.")] = ABSENT,
    ) -> Redirect | None:
        """Where an old slug leads now; null if it is a current one or none at all."""
        ...
