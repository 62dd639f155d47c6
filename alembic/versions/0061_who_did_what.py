"""The audit log: rows that nobody changes or removes, but for old ones by a function of the owner's."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None

REFUSE = """
CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Whoever says so may remove what is old, and nobody what is not.
    IF TG_OP = 'DELETE' AND current_setting('kiosque.audit_retention', true) = 'on' THEN
        IF OLD.at < now() - interval '30 days' THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'the audit log is only added to'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_audit_entry_is_final';
END $$
"""
FORGET = """
CREATE FUNCTION forget_audit_entries(days integer) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
    removed bigint;
BEGIN
    PERFORM set_config('kiosque.audit_retention', 'on', true);
    DELETE FROM public.audit_entry WHERE at < now() - make_interval(days => greatest(days, 30));
    GET DIAGNOSTICS removed = ROW_COUNT;
    PERFORM set_config('kiosque.audit_retention', 'off', true);
    RETURN removed;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column("token_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.String(length=100), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum("DONE", "FORBIDDEN", "UNAUTHENTICATED", name="audit_outcome", native_enum=False, create_constraint=True, length=60),
            nullable=False,
        ),
        sa.Column("permission", sa.String(length=60), nullable=True),
        sa.Column("things", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("fields", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("request_id", sa.String(length=100), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index("ix_audit_entry_newest", "audit_entry", [sa.text("at DESC"), sa.text("id DESC")])
    op.create_index("ix_audit_entry_actor_newest", "audit_entry", ["actor_id", sa.text("at DESC")])
    op.create_index("ix_audit_entry_token_newest", "audit_entry", ["token_id", sa.text("at DESC")])
    op.execute(REFUSE)
    op.execute("CREATE TRIGGER is_final BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()")
    op.execute("CREATE TRIGGER is_kept BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()")
    op.execute(FORGET)
    op.execute("REVOKE ALL ON FUNCTION forget_audit_entries(integer) FROM PUBLIC")


def downgrade() -> None:
    op.execute("DROP FUNCTION forget_audit_entries(integer)")
    op.drop_table("audit_entry")
    op.execute("DROP FUNCTION refuse_audit_change()")
