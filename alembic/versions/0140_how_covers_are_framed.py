"""How an article frames its cover: the part of the picture that it shows, and the point that no cut should lose."""

import re

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0140"
down_revision = "0151"
branch_labels = None
depends_on = None

_COLUMNS = ("cover_focal_point", "cover_crop")
_CREDIT = re.compile(r"'cover_credit', (?P<case>CASE WHEN [^\n]* THEN )v\.cover_credit END,")
_INSIDE = """
(cover_focal_point IS NULL OR coalesce((cover_focal_point->>'x')::float8 BETWEEN 0 AND 1 AND (cover_focal_point->>'y')::float8 BETWEEN 0 AND 1, false))
AND (cover_crop IS NULL OR coalesce(
    (cover_crop->>'x')::float8 >= 0 AND (cover_crop->>'y')::float8 >= 0 AND (cover_crop->>'width')::float8 > 0 AND (cover_crop->>'height')::float8 > 0
    AND (cover_crop->>'x')::float8 + (cover_crop->>'width')::float8 < 1.000001 AND (cover_crop->>'y')::float8 + (cover_crop->>'height')::float8 < 1.000001,
    false
))
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in ("article_version", "live_article"):
        for name in _COLUMNS:
            op.add_column(table, sa.Column(name, postgresql.JSONB(none_as_null=True), nullable=True))
    op.create_check_constraint(op.f("ck_article_version_cover_is_framed_inside"), "article_version", _INSIDE)
    definition = _definition()
    credit = _CREDIT.search(definition)
    assert credit is not None
    lines = [f"    '{name}', {credit['case']}v.{name} END," for name in _COLUMNS]
    _define(definition.replace(credit[0], "\n".join([credit[0], *lines])))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    lines = _definition().split("\n")
    _define("\n".join(line for line in lines if not line.strip().startswith(tuple(f"'{name}'," for name in _COLUMNS))))
    op.drop_constraint(op.f("ck_article_version_cover_is_framed_inside"), "article_version", type_="check")
    for table in ("live_article", "article_version"):
        for name in reversed(_COLUMNS):
            op.drop_column(table, name)


def _definition() -> str:
    return op.get_bind().exec_driver_sql("SELECT pg_get_functiondef('current_pictures(uuid)'::regprocedure)").scalar_one()


def _define(definition: str) -> None:
    # It begins with CREATE OR REPLACE.
    op.get_bind().exec_driver_sql(definition.replace("%", "%%"))
