"""How an article frames its picture for previews: the part that is shown, and the point that no cut should lose."""

import re

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0161"
down_revision = "0160"
branch_labels = None
depends_on = None

_COLUMNS = ("seo_image_focal_point", "seo_image_crop")
_KEY = re.compile(r"    'seo_image_id', (?P<key>[^\n]*),\n")
_COVER = re.compile(r"    'cover', (?P<entry>\(\n[^\n]*v\.cover_id\n *\)),\n")
_INSIDE = """
(seo_image_focal_point IS NULL OR coalesce((seo_image_focal_point->>'x')::float8 BETWEEN 0 AND 1 AND (seo_image_focal_point->>'y')::float8 BETWEEN 0 AND 1, false))
AND (seo_image_crop IS NULL OR coalesce(
    (seo_image_crop->>'x')::float8 >= 0 AND (seo_image_crop->>'y')::float8 >= 0 AND (seo_image_crop->>'width')::float8 > 0 AND (seo_image_crop->>'height')::float8 > 0
    AND (seo_image_crop->>'x')::float8 + (seo_image_crop->>'width')::float8 < 1.000001 AND (seo_image_crop->>'y')::float8 + (seo_image_crop->>'height')::float8 < 1.000001,
    false
))
"""
_BEFORE, _AFTER = "    /* the picture for previews */\n", "    /* as it is framed */\n"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table, names in (("article_version", _COLUMNS), ("live_article", (*_COLUMNS, "seo_image"))):
        for name in names:
            op.add_column(table, sa.Column(name, postgresql.JSONB(none_as_null=True), nullable=True))
    op.create_check_constraint(op.f("ck_article_version_seo_image_is_framed_inside"), "article_version", _INSIDE)
    definition = _definition()
    key, cover = _KEY.search(definition), _COVER.search(definition)
    assert key is not None and cover is not None
    lines = f"    'seo_image', {cover['entry'].replace('v.cover_id', 'v.seo_image_id')},\n"
    lines += "".join(f"    '{name}', CASE WHEN {key['key']} = v.seo_image_id THEN v.{name} END,\n" for name in _COLUMNS)
    _define(definition.replace(key[0], key[0] + _BEFORE + lines + _AFTER))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    before, _, rest = _definition().partition(_BEFORE)
    _define(before + rest.partition(_AFTER)[2])
    op.drop_constraint(op.f("ck_article_version_seo_image_is_framed_inside"), "article_version", type_="check")
    op.drop_column("live_article", "seo_image")
    for table in ("live_article", "article_version"):
        for name in reversed(_COLUMNS):
            op.drop_column(table, name)


def _definition() -> str:
    return op.get_bind().exec_driver_sql("SELECT pg_get_functiondef('current_pictures(uuid)'::regprocedure)").scalar_one()


def _define(definition: str) -> None:
    # It begins with CREATE OR REPLACE.
    op.get_bind().exec_driver_sql(definition.replace("%", "%%"))
