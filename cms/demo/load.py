"""Loads the demo newsroom into an empty instance, through the verbs that editors use."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import select

from cms.articles.listening import listen_below
from cms.articles.models import Article
from cms.assets.description import AssetFields
from cms.assets.uploads import Depot, store_asset
from cms.authors.service import AuthorFields, AuthorLink, create_author
from cms.database import now
from cms.demo import newsroom
from cms.demo.articles import Keys, store_articles
from cms.demo.reader import read_newsroom
from cms.permissions import SYSTEM
from cms.site.service import DisclosureText, SiteFields, update_site
from cms.taxonomy.sections import SectionFields, create_section
from cms.taxonomy.tags import TagFields, create_tag


async def load_demo(depot: Depot) -> int:
    """Store the demo newsroom where there are no articles yet; answers how many it has brought.

    Pictures first, then everything else in one transaction. Run again after it was cut short, it takes the pictures that are there already.
    """
    listen_below()
    async with depot.database.transaction() as session:
        if await session.scalar(select(Article.id).limit(1)) is not None:
            return 0
    room = read_newsroom()
    assets = {name: await _store_image(depot, image) for name, image in room.images.items()}
    async with depot.database.transaction() as session:
        await update_site(session, SYSTEM, _site_fields(room.site))
        keys = Keys(
            authors={author.slug: await _create_author(session, author, assets) for author in room.authors},
            sections=await _create_sections(session, room.sections, None),
            tags={tag.slug: await _create_tag(session, tag) for tag in room.tags},
            assets=assets,
        )
        return len(await store_articles(session, SYSTEM, room.articles, keys, now=now()))


async def _store_image(depot: Depot, image: newsroom.Image) -> UUID:
    fields = AssetFields(
        alt=image.alt,
        caption=image.caption,
        credit=image.credit,
        creator=image.creator,
        digital_source_type=image.digital_source_type,
    )
    return (await store_asset(depot, SYSTEM, image.path, image.path.name, fields, reuse=True)).id


def _site_fields(site: newsroom.Site) -> SiteFields:
    texts = [
        DisclosureText(kind.value, locale, text)
        for kind, by_locale in site.disclosure_texts.items()
        for locale, text in by_locale.items()
    ]
    return SiteFields(
        name=site.name,
        url=site.url,
        locales=list(site.locales),
        default_locale=site.default_locale,
        disclosure_texts=texts,
    )


async def _create_author(session: AsyncSession, author: newsroom.Author, assets: Mapping[str, UUID]) -> UUID:
    fields = AuthorFields(
        name=author.name,
        slug=author.slug,
        title=author.title,
        bio=author.bio,
        avatar_id=assets[author.avatar],
        links=[AuthorLink(link.label, link.url) for link in author.links],
    )
    return (await create_author(session, SYSTEM, fields)).id


async def _create_sections(
    session: AsyncSession, sections: Sequence[newsroom.Section], parent_id: UUID | None
) -> dict[str, UUID]:
    keys: dict[str, UUID] = {}
    for section in sections:
        fields = SectionFields(name=section.name, slug=section.slug, parent_id=parent_id)
        keys[section.slug] = (await create_section(session, SYSTEM, fields)).id
        keys |= await _create_sections(session, section.children, keys[section.slug])
    return keys


async def _create_tag(session: AsyncSession, tag: newsroom.Tag) -> UUID:
    return (await create_tag(session, SYSTEM, TagFields(name=tag.name, slug=tag.slug))).id
