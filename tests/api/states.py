"""A newsroom with an article in every state, each tied by every kind of link to one that is published and to what the articles share."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.creating import create_article
from cms.articles.deleting import delete_article
from cms.articles.editing import update_article
from cms.articles.inputs import (
    ArticleChanges,
    BylineEntry,
    Cover,
    Disclosure,
    NewArticle,
    RelatedLink,
    SeoChanges,
)
from cms.articles.kinds import DisclosureKind, NoticeKind
from cms.articles.noticing import NoticeFields, add_notice
from cms.articles.publishing import publish_article, unpublish_article
from cms.articles.workflow.reviewing import approve_article, submit_article
from cms.articles.workflow.scheduling import Times, schedule_article
from cms.articles.workflow.withdrawing import withdraw_article
from cms.ids import public_id
from cms.permissions import SYSTEM
from tests.factories import make_asset, make_author, make_section, make_tag, version_number

LOCALES = ["en", "fr", "de", "it", "es", "nl", "pt", "sv", "da"]
SCHEDULED_FOR = datetime(2999, 1, 1, tzinfo=UTC)
# Between these two, what is unpublished or withdrawn now was live.
PAST, PAST_END = datetime(2020, 1, 1, tzinfo=UTC), datetime(2021, 1, 1, tzinfo=UTC)


class Layer(StrEnum):
    """Something that not everybody may see, by the word that stands in all its texts and nowhere else."""

    OLDER = "quillonauta"
    DRAFT = "quillonautb"
    REVIEW = "quillonautc"
    APPROVED = "quillonautd"
    SCHEDULED = "quillonaute"
    NEWER = "quillonautf"
    ENDED = "quillonautg"
    WITHDRAWN = "quillonauth"
    DELETED = "quillonauti"
    PICTURE = "quillonautj"
    NOTE = "quillonautk"
    NOTICE = "quillonautl"


@dataclass
class States:
    """The public ids of everything, and of each layer the texts by which it is known: its word, and the ids that nobody else should meet."""

    articles: dict[str, str] = field(default_factory=dict[str, str])
    author: str = ""
    tag: str = ""
    section: str = ""
    asset: str = ""
    picture: str = ""
    between: datetime = PAST

    @property
    def nodes(self) -> list[str]:
        """Everything that has an id."""
        return [*self.articles.values(), self.author, self.tag, self.section, self.asset, self.picture]

    def signs(self, layer: Layer) -> list[str]:
        """What betrays the layer. A newer draft and what was withdrawn are of articles whose ids are public."""
        known = {"DRAFT": "draft", "REVIEW": "review", "APPROVED": "approved", "SCHEDULED": "scheduled"}
        known |= {"ENDED": "ended", "DELETED": "deleted"}
        ids = [self.articles[known[layer.name]]] if layer.name in known else []
        return [layer.value, *ids, *([self.picture] if layer is Layer.PICTURE else [])]


class Maker:
    """Makes the newsroom."""

    def __init__(self, session: AsyncSession) -> None:
        self.session, self.found = session, States()
        self.keys: dict[str, UUID] = {}

    async def make(self) -> States:
        """All of it."""
        session = self.session
        await session.execute(
            tables.site.update().values(locales=LOCALES, default_locale="en", url="https://news.example")
        )
        await self._ties()
        known = await self._create("known", "en", "harmless")
        await publish_article(session, SYSTEM, known, expected_version=1, published_at=PAST)
        await self._drafts()
        await self._what_was_live()
        await self._point_to_all(known)
        notice = NoticeFields(kind=NoticeKind.CORRECTION, text=f"{Layer.NOTICE} told", is_published=False)
        await add_notice(session, SYSTEM, known, notice)
        await delete_article(session, SYSTEM, self.keys["deleted"])
        self.found.articles = {name: public_id("article", key) for name, key in self.keys.items()}
        return self.found

    async def _ties(self) -> None:
        session = self.session
        self.asset = await make_asset(session)
        self.picture = await make_asset(
            session,
            alt=f"{Layer.PICTURE} alt",
            caption=f"{Layer.PICTURE} caption",
            filename=f"{Layer.PICTURE}.jpg",
        )
        above = await make_section(session, slug="above")
        self.section = await make_section(session, slug="middle", parent_id=above)
        self.author = await make_author(session, slug="ada", avatar_id=self.asset)
        self.tag = await make_tag(session, slug="rivers")
        found = self.found
        found.author, found.tag = public_id("author", self.author), public_id("tag", self.tag)
        found.section, found.asset = public_id("section", self.section), public_id("asset", self.asset)
        found.picture = public_id("asset", self.picture)

    async def _drafts(self) -> None:
        """Those that were never live."""
        session, note = self.session, f"{Layer.NOTE} why"
        draft = await self._create("draft", "fr", Layer.OLDER)
        await self._rewrite(
            draft, Layer.DRAFT, cover=Cover(self.picture), seo=SeoChanges(image_id=self.picture)
        )
        review = await self._create("review", "de", Layer.REVIEW)
        await submit_article(session, SYSTEM, review, expected_version=1, message=note)
        approved = await self._create("approved", "it", Layer.APPROVED)
        await submit_article(session, SYSTEM, approved, expected_version=1, message=note)
        await approve_article(session, SYSTEM, approved, expected_version=1, message=note)
        scheduled = await self._create("scheduled", "es", Layer.SCHEDULED)
        times = Times(publish_at=SCHEDULED_FOR)
        await schedule_article(session, SYSTEM, scheduled, expected_version=1, times=times, message=note)

    async def _what_was_live(self) -> None:
        """Those that are or were live, and have something that is not."""
        session = self.session
        newer = await self._create("newer", "nl", "harmless too")
        await publish_article(session, SYSTEM, newer, expected_version=1, published_at=PAST)
        await self._rewrite(newer, Layer.NEWER)
        ended = await self._create("ended", "pt", Layer.ENDED)
        withdrawn = await self._create(
            "withdrawn", "sv", Layer.WITHDRAWN, title="Harmless again", slug="harmless-again"
        )
        deleted = await self._create("deleted", "da", Layer.DELETED)
        for key in (ended, withdrawn, deleted):
            await publish_article(session, SYSTEM, key, expected_version=1, published_at=PAST)
        await unpublish_article(session, SYSTEM, ended, expected_version=1)
        await withdraw_article(session, SYSTEM, withdrawn, expected_version=1, reason="It was not so.")

    async def _create(self, name: str, locale: str, word: str, **fields: Any) -> UUID:
        known = self.keys.get("known")
        everything: dict[str, Any] = {
            "title": word,
            "subtitle": word,
            "excerpt": word,
            "body": f"Here is {word}.\n\n![{word}](asset:{public_id('asset', self.asset)})",
            "locale": locale,
            "translation_of": known,
            "byline": [BylineEntry(self.author)],
            "tag_ids": [self.tag],
            "section_id": self.section,
            "cover": Cover(self.asset, caption=word),
            "related": [] if known is None else [RelatedLink(known, note=word)],
            "disclosures": [Disclosure(DisclosureKind.OTHER, word)],
            "seo": SeoChanges(title=word, description=word),
        }
        self.keys[name] = await create_article(self.session, SYSTEM, NewArticle(**(everything | fields)))
        return self.keys[name]

    async def _rewrite(self, key: UUID, word: str, **fields: object) -> None:
        everything: dict[str, object] = {
            "title": word,
            "slug": None,
            "subtitle": word,
            "excerpt": word,
            "body": f"# {word}\n\nHere is {word}.",
            "cover": Cover(self.asset, caption=word),
            "disclosures": [Disclosure(DisclosureKind.OTHER, word)],
            "message": word,
        }
        changes = ArticleChanges(**{**everything, **fields})  # pyright: ignore[reportArgumentType]  (each is of its field's type)
        number = await version_number(self.session, key)
        await update_article(self.session, SYSTEM, key, expected_version=number, changes=changes)

    async def _point_to_all(self, known: UUID) -> None:
        """Let the published article name all the others, in its list and in its text."""
        others: Sequence[UUID] = [key for name, key in self.keys.items() if name not in {"known", "deleted"}]
        cards = "\n\n".join(f"[Read this](article:{public_id('article', key)})" for key in others)
        picture = f"![A river](asset:{public_id('asset', self.asset)})"
        changes = ArticleChanges(
            body=f"Here is harmless.\n\n{picture}\n\n{cards}",
            related=[RelatedLink(key) for key in [*others, self.keys["deleted"]]],
        )
        await update_article(self.session, SYSTEM, known, expected_version=1, changes=changes)
        await publish_article(self.session, SYSTEM, known, expected_version=2)


async def make_states(session: AsyncSession) -> States:
    """The newsroom."""
    return await Maker(session).make()
