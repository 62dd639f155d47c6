"""What a live row shows whose moment has passed is what it would be written with now."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.current import WITH_PICTURES, current_value
from cms.articles.disclosing import with_derived
from cms.articles.inputs import BylineEntry, Cover, SeoChanges
from cms.articles.live import content_columns, live_version
from cms.assets.framing import Crop, FocalPoint
from cms.database import now
from cms.ids import public_id
from tests.factories import make_asset, make_author, make_published_article

PART = Crop(0.25, 0.1, 0.5, 0.6)
FRAME: dict[str, Any] = {"image_focal_point": FocalPoint(0.6, 0.7), "image_crop": PART}


async def test_the_database_knows_pictures_as_the_live_side_is_written(session: AsyncSession) -> None:
    made_by_ai = await make_asset(
        session, filename="machine.png", digital_source_type="trainedAlgorithmicMedia"
    )
    past = {"rights_expire_at": now() - timedelta(hours=1)}
    replaced = await make_asset(session, filename="old.png", substitute_id=made_by_ai, **past)
    gone, kept = (
        await make_asset(session, filename="gone.png", **past),
        await make_asset(session, filename="kept.png", alt="A hill"),
    )
    ada = await make_author(session, name="Ada", slug="ada", title="Reporter", avatar_id=replaced)
    bo = await make_author(session, name="Bo", slug="bo", avatar_id=kept)
    other = await make_published_article(session)
    body = "\n\n".join(f"![Of it](asset:{public_id('asset', one)})" for one in (replaced, gone, kept))
    body += f"\n\nSee [that](article:{public_id('article', other)})."
    for cover, seo in ((replaced, gone), (gone, kept), (kept, replaced), (None, None)):
        await make_published_article(
            session,
            body=body,
            byline=[BylineEntry(bo), BylineEntry(ada)],
            cover=None if cover is None else Cover(cover, "Ours", "Said", "Who", FocalPoint(0.3, 0.4), PART),
            seo=SeoChanges(image_id=seo, **({} if seo is None else FRAME)),
        )
    assert await _differences(session) == {name: [] for name in WITH_PICTURES}


async def _differences(session: AsyncSession) -> dict[str, list[object]]:
    anew = {**content_columns(live_version, func.now()), "disclosures": with_derived(func.now())}
    source = tables.version.join(tables.article, tables.article.c.live_version_id == tables.version.c.id)
    found: dict[str, list[object]] = {}
    for name in WITH_PICTURES:
        both = select(
            anew[name], current_value(tables.live_article.c[name], tables.version.c.id)
        ).select_from(source)
        rows = (await session.execute(both)).all()
        assert len(rows) >= 5
        found[name] = [tuple(row) for row in rows if row[0] != row[1]]
    return found
