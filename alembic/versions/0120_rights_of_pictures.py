"""Pictures whose rights expire: until when, what stands in for them, and how those who cache hear of it."""

import sqlalchemy as sa
from alembic import op

revision = "0120"
down_revision = "0111"
branch_labels = None
depends_on = None

# What an asset's rights decide besides itself: whether its substitute is seen, and whose portrait it is.
RIGHTS_TAGS = """
CREATE FUNCTION rights_tags(asset_id uuid, substitute uuid) RETURNS text[] LANGUAGE sql STABLE
RETURN ARRAY(SELECT cache_tag('author', a.id) FROM author a WHERE a.avatar_id = asset_id)
    || CASE WHEN substitute IS NULL THEN '{}'::text[] ELSE ARRAY[cache_tag('asset', substitute)] END
"""
# When the public will see something else although nobody writes anything.
NEXT_CHANGE = """
CREATE FUNCTION next_change_of_rights() RETURNS timestamptz LANGUAGE sql STABLE
RETURN (SELECT min(a.rights_expire_at) FROM asset a WHERE a.rights_expire_at > now())
"""
_SHOWN = "EXISTS (SELECT FROM live_asset l WHERE l.asset_id = {key}) OR EXISTS (SELECT FROM author a WHERE a.avatar_id = {key})"
SHOWN = f"""
CREATE OR REPLACE FUNCTION asset_is_shown(asset uuid) RETURNS boolean LANGUAGE sql STABLE
RETURN {_SHOWN.format(key="asset")} OR EXISTS (
    SELECT FROM asset used WHERE used.substitute_id = asset AND used.rights_expire_at <= now() AND ({_SHOWN.format(key="used.id")})
)
"""
SHOWN_BEFORE = f"""
CREATE OR REPLACE FUNCTION asset_is_shown(asset uuid) RETURNS boolean LANGUAGE sql STABLE
RETURN {_SHOWN.format(key="asset")}
"""
# As the other triggers of 0010: a statement that changes more than a thousand rows is one event that names none of them.
RECORD = """
CREATE FUNCTION record_rights() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT count(*) FROM (SELECT FROM new_rows LIMIT 1001) AS seen) <= 1000 THEN
        PERFORM record_event('asset', n.id, 'UPDATED', asset_is_shown(n.id), rights_tags(o.id, o.substitute_id) || rights_tags(n.id, n.substitute_id))
        FROM new_rows n JOIN old_rows o ON o.id = n.id
        WHERE (n.rights_expire_at, n.substitute_id, n.rights_ended) IS DISTINCT FROM (o.rights_expire_at, o.substitute_id, o.rights_ended);
    END IF;
    RETURN NULL;
END $$
"""
TRIGGER = """
CREATE TRIGGER record_rights_update AFTER UPDATE ON asset
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION record_rights()
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("asset", sa.Column("rights_expire_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("asset", sa.Column("substitute_id", sa.Uuid(), nullable=True))
    op.add_column("asset", sa.Column("usage_restrictions", sa.Text(), nullable=True))
    op.add_column("asset", sa.Column("rights_ended", sa.Boolean(), nullable=False, server_default=sa.text("false")))
    op.create_foreign_key(op.f("fk_asset_substitute_id_asset"), "asset", "asset", ["substitute_id"], ["id"], ondelete="RESTRICT")
    op.create_check_constraint(op.f("ck_asset_substitute_is_another"), "asset", "substitute_id <> id")
    op.create_index(op.f("ix_asset_substitute_id"), "asset", ["substitute_id"])
    op.create_index("ix_asset_rights_expire_at", "asset", ["rights_expire_at"], postgresql_where=sa.text("rights_expire_at IS NOT NULL"))
    op.add_column("live_article", sa.Column("good_until", sa.DateTime(timezone=True), nullable=True))
    for text in (RIGHTS_TAGS, NEXT_CHANGE, SHOWN, RECORD, TRIGGER):
        op.execute(text)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP TRIGGER record_rights_update ON asset")
    op.execute(SHOWN_BEFORE)
    for name in ("record_rights()", "next_change_of_rights()", "rights_tags(uuid, uuid)"):
        op.execute(f"DROP FUNCTION {name}")
    op.drop_column("live_article", "good_until")
    for name in ("rights_ended", "usage_restrictions", "substitute_id", "rights_expire_at"):
        op.drop_column("asset", name)
