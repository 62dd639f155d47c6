"""A draft, what hangs on it, and a link to it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.creating import create_article
from cms.articles.inputs import BylineEntry, Cover, NewArticle, RelatedLink
from cms.articles.previews.links import PreviewLinkFields, create_preview_link
from cms.database import Database
from cms.ids import public_id
from cms.permissions import SYSTEM
from tests.api.asking import Api, Json
from tests.factories import make_article, make_asset, make_author, make_published_article, make_tag

SECONDS_MAX = 604_800
CREATE = """mutation($input: CreatePreviewLinkInput!) { createPreviewLink(input: $input) {
  previewLink { id note actorName expiresAt } token url errors { code message path } } }"""
REVOKE = "mutation($id: ID!) { revokePreviewLink(input: {id: $id}) { deletedId errors { code path } } }"


@dataclass(frozen=True)
class Previewed:
    """The public ids, and the token of a link to the draft. `cover` and `inside` are shown by the draft alone, `other_cover` by `other`."""

    draft: str
    published: str
    other: str
    cover: str
    inside: str
    other_cover: str
    author: str
    token: str


async def make_previewed(database: Database) -> Previewed:
    """A draft that names something published and another draft; each draft shows pictures that nothing else shows."""
    async with database.transaction() as session:
        await session.execute(tables.site.update().values(url="https://news.example"))
        author, tag = await make_author(session, slug="ada"), await make_tag(session, slug="rivers")
        pictures = {name: await make_asset(session, alt=name) for name in ("cover", "inside", "other_cover")}
        published = await make_published_article(
            session, title="A river is seen", slug="seen", byline=[BylineEntry(author)], tag_ids=[tag]
        )
        other = await make_article(
            session, title="Other secret", slug="other", cover=Cover(pictures["other_cover"])
        )
        draft = await _draft(session, author, tag, pictures, [published, other])
        token = await token_for(database, session, draft)
    found = {"draft": draft, "published": published, "other": other}
    return Previewed(
        **{name: public_id("article", key) for name, key in found.items()},
        **{name: public_id("asset", key) for name, key in pictures.items()},
        author=public_id("author", author),
        token=token,
    )


async def _draft(
    session: AsyncSession, author: UUID, tag: UUID, pictures: dict[str, UUID], related: list[UUID]
) -> UUID:
    links = "\n\n".join(f"[Read](article:{public_id('article', key)})" for key in related)
    picture = f"![Inside](asset:{public_id('asset', pictures['inside'])})"
    new = NewArticle(
        title="A river unseen",
        slug="unseen",
        body=f"Nobody saw the weir.\n\n{picture}\n\n{links}",
        byline=[BylineEntry(author)],
        tag_ids=[tag],
        cover=Cover(pictures["cover"]),
        related=[RelatedLink(key) for key in related],
    )
    return await create_article(session, SYSTEM, new)


async def token_for(database: Database, session: AsyncSession, article_id: UUID) -> str:
    """The token of a new link to the draft."""
    made = await create_preview_link(
        session, SYSTEM, database.signing_key, article_id, PreviewLinkFields(), seconds_max=SECONDS_MAX
    )
    return made.token


async def make_link(api: Api, article: str, **how: Any) -> Json:
    """The payload of the mutation."""
    fields = {name: how.pop(name) for name in ("expiresIn", "note") if name in how}
    answer = await api.data(CREATE, {"input": {"articleId": article, **fields}}, perspective=None, **how)
    return answer["createPreviewLink"]
