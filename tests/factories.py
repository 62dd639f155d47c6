"""Things to test with: each factory takes what the test is about and fills in the rest."""

import hashlib
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from cms.accounts.models import Account, AccountKind, ApiToken
from cms.articles import tables
from cms.articles.creating import create_article
from cms.articles.editing import update_article
from cms.articles.inputs import ArticleChanges, NewArticle
from cms.articles.publishing import publish_article
from cms.articles.workflow.reviewing import submit_article
from cms.articles.workflow.scheduling import Times, schedule_article
from cms.ids import new_id
from cms.permissions import SYSTEM, Actor, Role, actor_of_role

FAR_OFF = Times(publish_at=datetime(2999, 1, 1, tzinfo=UTC))


async def make_actor(session: AsyncSession, role: Role) -> Actor:
    """The bearer of a new token of the role."""
    key, name = new_id(), f"{role} {new_id().hex[-4:]}"
    await session.execute(insert(Account).values(id=key, kind=AccountKind.PROGRAM, name=name))
    token = {"id": key, "account_id": key, "name": name, "role": role, "hint": "kq_"}
    await session.execute(insert(ApiToken).values(**token, secret_sha256=key.bytes * 2))
    return actor_of_role(role, actor_id=key, name=name)


async def make_author(session: AsyncSession, **values: Any) -> UUID:
    """An author; answers the id."""
    key = new_id()
    row = {"id": key, "name": "Ada Deschamps", "slug": f"author-{key.hex}", "links": []}
    await session.execute(insert(tables.author).values({**row, **values}))
    return key


async def make_tag(session: AsyncSession, **values: Any) -> UUID:
    """A tag; answers the id."""
    key = new_id()
    await session.execute(
        insert(tables.tag).values({"id": key, "name": "Rivers", "slug": f"tag-{key.hex}", **values})
    )
    return key


async def make_section(session: AsyncSession, **values: Any) -> UUID:
    """A section; answers the id."""
    key = new_id()
    row = {"id": key, "name": "Science", "slug": f"section-{key.hex}", "position": 0}
    await session.execute(insert(tables.section).values({**row, **values}))
    return key


async def make_asset(session: AsyncSession, **values: Any) -> UUID:
    """The row of a picture whose bytes no test of this kind reads; answers the id."""
    key = new_id()
    file = {
        "object_key": f"assets/{key.hex}",
        "filename": "river.jpg",
        "content_type": "image/jpeg",
        "byte_size": 1_234,
    }
    picture = {
        "sha256": hashlib.sha256(key.bytes).hexdigest(),
        "width": 1_600,
        "height": 900,
        "alt": "A river",
        "state": "READY",
    }
    await session.execute(insert(tables.asset).values({"id": key, **file, **picture, **values}))
    return key


async def make_article(session: AsyncSession, actor: Actor = SYSTEM, **fields: Any) -> UUID:
    """A draft; answers the id."""
    everything: dict[str, Any] = {"title": "A river runs", **fields}
    return await create_article(session, actor, NewArticle(**everything))


async def make_published_article(session: AsyncSession, actor: Actor = SYSTEM, **fields: Any) -> UUID:
    """An article that the public reads; answers the id."""
    article_id = await make_article(session, actor, **fields)
    await publish_article(session, actor, article_id, expected_version=1)
    return article_id


async def make_submitted_article(session: AsyncSession, actor: Actor = SYSTEM, **fields: Any) -> UUID:
    """A draft that waits for a second pair of eyes; answers the id."""
    article_id = await make_article(session, actor, **fields)
    await submit_article(session, actor, article_id, expected_version=1)
    return article_id


async def make_scheduled_article(
    session: AsyncSession, actor: Actor = SYSTEM, *, times: Times = FAR_OFF, **fields: Any
) -> UUID:
    """A draft that will be published, in a thousand years unless said; answers the id."""
    article_id = await make_article(session, actor, **fields)
    await schedule_article(session, actor, article_id, expected_version=1, times=times)
    return article_id


async def make_revised_article(session: AsyncSession, actor: Actor = SYSTEM, **fields: Any) -> UUID:
    """A draft that was saved twice, the second time under another title; answers the id."""
    article_id = await make_article(session, actor, **fields)
    changes = ArticleChanges(title="A river ran")
    await update_article(session, actor, article_id, expected_version=1, changes=changes)
    return article_id


async def make_preview_link(session: AsyncSession, article_id: UUID) -> UUID:
    """The row of a link to the draft, whose token nobody knows; answers the id."""
    key = new_id()
    row = {"id": key, "article_id": article_id, "token_sha256": key.bytes * 2, "actor_name": "tests"}
    expires_at = datetime(2999, 1, 1, tzinfo=UTC)
    await session.execute(insert(tables.preview_link).values(**row, expires_at=expires_at))
    return key


async def version_number(session: AsyncSession, article_id: UUID) -> int:
    """The number to send as the expected version."""
    number = await session.scalar(select(tables.article.c.version).where(tables.article.c.id == article_id))
    assert isinstance(number, int)
    return number
