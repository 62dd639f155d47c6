"""What a picture is now comes from a function in PL/pgSQL: PostgreSQL reads one in SQL anew wherever a statement names it, whenever it plans.

A read of an article names it some thirty times, most of them for columns that nobody selected: 19 of the 20 milliseconds of its planning.
"""

from alembic import op

revision = "0170"
down_revision = "0161"
branch_labels = None
depends_on = None

_BEGIN, _END = "BEGIN\nRETURN (\n", "\n);\nEND"


def upgrade() -> None:
    _define("plpgsql", f"{_BEGIN}{_body().strip()}{_END}")


def downgrade() -> None:
    _define("sql", _body().strip().removeprefix(_BEGIN).removesuffix(_END))


def _body() -> str:
    return op.get_bind().exec_driver_sql("SELECT prosrc FROM pg_proc WHERE oid = 'current_pictures(uuid)'::regprocedure").scalar_one()


def _define(language: str, body: str) -> None:
    head = f"CREATE OR REPLACE FUNCTION current_pictures(shown_version uuid) RETURNS jsonb LANGUAGE {language} STABLE PARALLEL SAFE"
    op.get_bind().exec_driver_sql(f"{head} AS $$\n{body}\n$$".replace("%", "%%"))
