"""An article full of pictures, and the passing of the moment at which the rights of some expire."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles.inputs import BylineEntry, Cover, RelatedLink, SeoChanges
from cms.assets.description import AssetFields
from cms.assets.library import update_asset
from cms.database import Database
from cms.ids import public_id
from cms.permissions import SYSTEM
from tests.factories import make_asset, make_author, make_published_article

SOON = datetime.now(UTC) + timedelta(hours=1)
# As if an hour and more had gone by: nobody writes the live side anew.
_PASS = """
ALTER TABLE live_article DISABLE TRIGGER USER;
UPDATE asset SET rights_expire_at = rights_expire_at - interval '2 hours' WHERE rights_expire_at > now();
UPDATE live_article SET good_until = good_until - interval '2 hours' WHERE good_until > now();
ALTER TABLE live_article ENABLE TRIGGER USER;
"""
EVERYWHERE = """query($id: ID!, $author: ID!, $asset: ID!) {
  article(id: $id) { ...Shown byline { author { avatar { ...Is } } } authors { avatar { ...Is } } disclosures { kind isDerived }
    backlinks(first: 5) { nodes { ...Shown } } }
  articles(first: 20) { nodes { ...Shown } }
  covered: articles(where: {cover: {id: {eq: $asset}}}) { nodes { id } }
  search(query: "bridge") { nodes { ...Shown } }
  author(id: $author) { avatar { ...Is } articles { nodes { ...Shown } } }
  asset(id: $asset) { ...Is usedBy { nodes { id } } } node(id: $asset) { id ... on Asset { sha256 } } nodes(ids: [$asset]) { id }
  assets(first: 50) { nodes { ...Is } totalCount }
}
fragment Is on Asset { id sha256 url(width: 100) srcSet(widths: [50, 100]) alt filename }
fragment Shown on Article { id cover { alt caption credit asset { ...Is } } seo { image { id url } shareImage { url(width: 100) alt asset { ...Is } } }
  body { html blocks { html ... on ImageBlock { alt caption url asset { ...Is } } } } }"""


@dataclass(frozen=True)
class Scene:
    """The keys of what there is. `expiring` is everywhere, `portrait` is a face, `substitute` is used nowhere."""

    article: UUID
    author: UUID
    expiring: UUID
    portrait: UUID
    substitute: UUID

    def asked(self, asset: UUID) -> dict[str, str]:
        """The variables of EVERYWHERE."""
        return {
            "id": public_id("article", self.article),
            "author": public_id("author", self.author),
            "asset": public_id("asset", asset),
        }


async def make_scene(session: AsyncSession) -> Scene:
    """A published article that shows the picture as cover, in its text and to social networks, and another one that names it."""
    expiring = await make_asset(session, filename="expiring.jpg", alt="Expiring", digital_source_type="trainedAlgorithmicMedia")  # fmt: skip
    portrait = await make_asset(session, filename="portrait.jpg")
    substitute = await make_asset(
        session, filename="substitute.jpg", alt="A plain bridge", caption="Any bridge"
    )
    author = await make_author(session, avatar_id=portrait)
    article = await make_published_article(
        session,
        title="A bridge",
        cover=Cover(expiring, "Its own words", "Its own caption", "Its own credit"),
        body=f'A bridge.\n\n![Written words](asset:asset_{expiring.hex} "Written caption")\n',
        byline=[BylineEntry(author)],
        seo=SeoChanges(image_id=expiring),
    )
    await make_published_article(
        session, title="Another bridge", cover=Cover(expiring), related=[RelatedLink(article)]
    )
    return Scene(article, author, expiring, portrait, substitute)


async def limit_rights(
    database: Database, asset: UUID, until: datetime | None = SOON, substitute: UUID | None = None
) -> None:
    """Say until when the picture may be shown, and what then takes its place."""
    async with database.transaction() as session:
        fields = AssetFields(rights_expire_at=until, substitute_id=substitute)
        await update_asset(session, SYSTEM, asset, fields)


async def pass_the_moment(database: Database) -> None:
    """Let the rights that expire soon have expired, without anybody writing the live side anew."""
    async with database.transaction() as session:
        for statement in _PASS.strip().split("\n"):
            await session.execute(text(statement))
