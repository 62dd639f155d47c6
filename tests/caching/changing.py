"""Random changes of a newsroom, through the verbs that its editors use."""

from collections.abc import Awaitable, Callable
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

import cms.articles.listening  # pyright: ignore[reportUnusedImport]  (hears of changes below the articles)
from cms.articles import tables
from cms.articles.creating import create_article
from cms.articles.deleting import delete_article
from cms.articles.editing import update_article
from cms.articles.former_slugs import keep_former_slugs
from cms.articles.inputs import ArticleChanges, BylineEntry, Cover, NewArticle, RelatedLink, SeoChanges
from cms.articles.publishing import publish_article, unpublish_article
from cms.articles.relating import set_related
from cms.articles.translating import create_translation
from cms.articles.workflow.withdrawing import withdraw_article
from cms.assets.description import AssetFields
from cms.assets.library import delete_asset, update_asset
from cms.authors.service import AuthorFields, create_author, delete_author, update_author
from cms.database import Database
from cms.errors import Problem, Problems
from cms.ids import public_id
from cms.permissions import SYSTEM
from cms.site.service import SiteFields, update_site
from cms.taxonomy.sections import SectionFields, create_section, delete_section, update_section
from cms.taxonomy.tags import TagFields, create_tag, delete_tag, merge_tags, update_tag
from tests.factories import make_asset, version_number

__all__ = ["cms"]
SLUGS = ["the-river-falls", "the-river-rises", "one-slug", "another-slug", "nowhere"]
LOCALES = ["en", "fr", "ja", "zh"]


class Changer:
    """Changes one thing at a time."""

    def __init__(self, database: Database, random: Random) -> None:
        self._database, self._random = database, random
        self._count = 0

    async def change(self) -> str | None:
        """Do something; the name of what was done, or None where the verb refused."""
        self._count += 1
        verb = self._random.choice(self.verbs())
        try:
            async with self._database.transaction() as session:
                await verb(session)
        except (Problem, Problems):
            return None
        return verb.__name__

    def verbs(self) -> list[Callable[[AsyncSession], Awaitable[object]]]:
        """What can be done, what matters most several times."""
        return [
            self.publish, self.publish, self.unpublish, self.withdraw, self.publish_new, self.rewrite_and_publish, self.rewrite_and_publish, self.rewrite,
            self.move_to_slug, self.move_to_slug, self.relate, self.relate, self.translate, self.delete, self.keep_slug, self.link_in_body,
            self.rename_author, self.author_face, self.new_author, self.drop_author, self.rename_tag, self.merge, self.drop_tag, self.new_tag,
            self.rename_section, self.move_section, self.new_section, self.drop_section, self.describe_asset, self.drop_asset, self.new_asset,
            self.change_site,
        ]  # fmt: skip

    async def _some(self, session: AsyncSession, table: Any, *conditions: Any) -> UUID:
        keys = (await session.scalars(select(table.c.id).where(*conditions).order_by(table.c.id))).all()
        return self._random.choice(list(keys))

    async def _article(self, session: AsyncSession) -> UUID:
        return await self._some(session, tables.article)

    async def _live(self, session: AsyncSession) -> UUID:
        return await self._some(session, tables.article, tables.article.c.live_version_id.is_not(None))

    async def _save(self, session: AsyncSession, key: UUID, **fields: Any) -> None:
        number = await version_number(session, key)
        await update_article(session, SYSTEM, key, expected_version=number, changes=ArticleChanges(**fields))

    async def _publish(self, session: AsyncSession, key: UUID) -> None:
        await publish_article(session, SYSTEM, key, expected_version=await version_number(session, key))

    async def publish(self, session: AsyncSession) -> None:
        await self._publish(session, await self._article(session))

    async def unpublish(self, session: AsyncSession) -> None:
        key = await self._live(session)
        await unpublish_article(session, SYSTEM, key, expected_version=await version_number(session, key))

    async def withdraw(self, session: AsyncSession) -> None:
        key = await self._live(session)
        number = await version_number(session, key)
        await withdraw_article(session, SYSTEM, key, expected_version=number, reason=f"Wrong {self._count}")

    async def publish_new(self, session: AsyncSession) -> None:
        fields: dict[str, Any] = {
            "title": f"New {self._count} river",
            "locale": self._random.choice(LOCALES),
            "slug": self._random.choice([*SLUGS, f"new-{self._count}"]),
            "byline": [BylineEntry(await self._some(session, tables.author))],
            "tag_ids": [await self._some(session, tables.tag)],
            "section_id": await self._some(session, tables.section),
            "cover": Cover(await self._some(session, tables.asset)),
            "related": [RelatedLink(await self._article(session))],
        }
        await self._publish(session, await create_article(session, SYSTEM, NewArticle(**fields)))

    async def rewrite_and_publish(self, session: AsyncSession) -> None:
        key = await self._live(session)
        fields: list[dict[str, Any]] = [
            {"title": f"Rewritten {self._count}"},
            {"byline": [BylineEntry(await self._some(session, tables.author))]},
            {"byline": []},
            {"tag_ids": [await self._some(session, tables.tag)]},
            {"section_id": await self._some(session, tables.section)},
            {"cover": Cover(await self._some(session, tables.asset), "Its own words")},
            {"cover": None},
            {"seo": SeoChanges(image_id=await self._some(session, tables.asset))},
        ]
        await self._save(session, key, **self._random.choice(fields))
        await self._publish(session, key)

    async def rewrite(self, session: AsyncSession) -> None:
        await self._save(session, await self._article(session), title=f"Not for the public {self._count}")

    async def move_to_slug(self, session: AsyncSession) -> None:
        key = await self._live(session)
        await self._save(session, key, slug=self._random.choice([*SLUGS, f"moved-{self._count}"]))
        await self._publish(session, key)

    async def keep_slug(self, session: AsyncSession) -> None:
        key = await self._article(session)
        await keep_former_slugs(session, SYSTEM, key, [self._random.choice(SLUGS)])

    async def relate(self, session: AsyncSession) -> None:
        key = await self._live(session)
        links = [RelatedLink(await self._article(session)) for _ in range(self._random.choice([0, 1, 1]))]
        number = await version_number(session, key)
        await set_related(session, SYSTEM, key, expected_version=number, links=links)
        await self._publish(session, key)

    async def link_in_body(self, session: AsyncSession) -> None:
        key = await self._live(session)
        article, asset = await self._article(session), await self._some(session, tables.asset)
        body = (
            f"See [it](article:{public_id('article', article)}).\n\n![it](asset:{public_id('asset', asset)})"
        )
        await self._save(session, key, body=body)
        await self._publish(session, key)

    async def translate(self, session: AsyncSession) -> None:
        key = await self._live(session)
        sibling = await create_translation(session, SYSTEM, key, self._random.choice(LOCALES))
        await self._publish(session, sibling)

    async def delete(self, session: AsyncSession) -> None:
        await delete_article(session, SYSTEM, await self._article(session))

    async def rename_author(self, session: AsyncSession) -> None:
        key = await self._some(session, tables.author)
        some: list[dict[str, Any]] = [
            {"name": f"Renamed {self._count}"},
            {"bio": f"Bio {self._count}"},
            {"slug": f"author-{self._count}"},
        ]
        await update_author(session, SYSTEM, key, AuthorFields(**self._random.choice(some)))

    async def author_face(self, session: AsyncSession) -> None:
        face = self._random.choice([None, await self._some(session, tables.asset)])
        await update_author(
            session, SYSTEM, await self._some(session, tables.author), AuthorFields(avatar_id=face)
        )

    async def new_author(self, session: AsyncSession) -> None:
        await create_author(session, SYSTEM, AuthorFields(name=f"New {self._count}"))

    async def drop_author(self, session: AsyncSession) -> None:
        await delete_author(session, SYSTEM, await self._some(session, tables.author))

    async def rename_tag(self, session: AsyncSession) -> None:
        key = await self._some(session, tables.tag)
        await update_tag(session, SYSTEM, key, TagFields(name=f"Renamed {self._count}"))

    async def merge(self, session: AsyncSession) -> None:
        await merge_tags(
            session, SYSTEM, [await self._some(session, tables.tag)], await self._some(session, tables.tag)
        )

    async def drop_tag(self, session: AsyncSession) -> None:
        await delete_tag(session, SYSTEM, await self._some(session, tables.tag))

    async def new_tag(self, session: AsyncSession) -> None:
        await create_tag(session, SYSTEM, TagFields(name=f"New {self._count}"))

    async def rename_section(self, session: AsyncSession) -> None:
        key = await self._some(session, tables.section)
        await update_section(session, SYSTEM, key, SectionFields(name=f"Renamed {self._count}"))

    async def move_section(self, session: AsyncSession) -> None:
        key = await self._some(session, tables.section)
        above = self._random.choice([None, await self._some(session, tables.section)])
        await update_section(session, SYSTEM, key, SectionFields(parent_id=above))

    async def new_section(self, session: AsyncSession) -> None:
        await create_section(session, SYSTEM, SectionFields(name=f"New {self._count}"))

    async def drop_section(self, session: AsyncSession) -> None:
        await delete_section(session, SYSTEM, await self._some(session, tables.section))

    async def describe_asset(self, session: AsyncSession) -> None:
        key = await self._some(session, tables.asset)
        some: list[dict[str, Any]] = [
            {"alt": f"Alt {self._count}"},
            {"credit": f"Credit {self._count}"},
            {"caption": None},
        ]
        await update_asset(session, SYSTEM, key, AssetFields(**self._random.choice(some)))

    async def drop_asset(self, session: AsyncSession) -> None:
        await delete_asset(session, SYSTEM, await self._some(session, tables.asset))

    async def new_asset(self, session: AsyncSession) -> None:
        await make_asset(session, filename=f"new-{self._count}.jpg")

    async def change_site(self, session: AsyncSession) -> None:
        some: list[dict[str, Any]] = [
            {"name": f"Site {self._count}"},
            {"default_locale": self._random.choice(LOCALES)},
            {"url": f"https://{self._count}.example"},
        ]
        await update_site(session, SYSTEM, SiteFields(**self._random.choice(some)))
