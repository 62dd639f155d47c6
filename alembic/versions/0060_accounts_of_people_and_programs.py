"""Whoever acts has an account, and tokens belong to one: what somebody has made is theirs over all their tokens. Custom roles."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0060"
down_revision = "0051"
branch_labels = None
depends_on = None

# The tables whose column `created_by` names a row of the given one: tokens until now, accounts from now on.
OWNED = """
SELECT c.conrelid::regclass::text AS name FROM pg_constraint c
JOIN pg_attribute a ON a.attrelid = c.conrelid AND c.conkey = ARRAY[a.attnum]
WHERE c.contype = 'f' AND c.confrelid = '{}'::regclass AND a.attname = 'created_by' ORDER BY 1
"""
ROLES = ("VIEWER", "CONTRIBUTOR", "AUTHOR", "EDITOR", "ADMIN")


def roles(name: str) -> sa.Enum:
    return sa.Enum(*ROLES, name=name, native_enum=False, create_constraint=True, length=60)


def owned_through(table: str) -> list[str]:
    return [row.name for row in op.get_bind().execute(sa.text(OWNED.format(table)))]


def upgrade() -> None:
    owned = owned_through("api_token")
    op.create_table(
        "custom_role",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("permissions", postgresql.JSONB(none_as_null=True), nullable=False),
        sa.Column("section_ids", postgresql.ARRAY(sa.Uuid()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custom_role")),
    )
    op.create_index("uq_custom_role_name", "custom_role", [sa.text("lower(name)")], unique=True)
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "PERSON", "PROGRAM", name="account_kind", native_enum=False, create_constraint=True, length=60
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=True),
        sa.Column("role", roles("account_role"), nullable=True),
        sa.Column("custom_role_id", sa.Uuid(), nullable=True),
        sa.Column("section_ids", postgresql.ARRAY(sa.Uuid()), nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("issuer", sa.String(length=2000), nullable=True),
        sa.Column("subject", sa.String(length=500), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("deactivated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(issuer IS NULL) = (subject IS NULL)", name=op.f("ck_account_issuer_with_subject")
        ),
        sa.CheckConstraint(
            "num_nonnulls(role, custom_role_id) = CASE kind WHEN 'PERSON' THEN 1 ELSE 0 END",
            name=op.f("ck_account_person_has_one_role"),
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["author.id"], name="fk_account_author", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["account.id"], name=op.f("fk_account_created_by_account"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["custom_role_id"],
            ["custom_role.id"],
            name=op.f("fk_account_custom_role_id_custom_role"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_account_issuer_subject")),
    )
    # Every token was somebody of its own until now, and stays that: its account has its id.
    op.execute(
        "INSERT INTO account (id, kind, name, created_at) SELECT id, 'PROGRAM', name, created_at FROM api_token"
    )
    op.add_column("api_token", sa.Column("account_id", sa.Uuid(), nullable=True))
    op.execute("UPDATE api_token SET account_id = id")
    op.alter_column("api_token", "account_id", nullable=False)
    op.create_foreign_key(
        op.f("fk_api_token_account_id_account"),
        "api_token",
        "account",
        ["account_id"],
        ["id"],
        ondelete="RESTRICT",
    )
    op.create_index(op.f("ix_api_token_account_id"), "api_token", ["account_id"])
    op.add_column("api_token", sa.Column("custom_role_id", sa.Uuid(), nullable=True))
    op.add_column("api_token", sa.Column("permissions", postgresql.JSONB(none_as_null=True), nullable=True))
    op.add_column("api_token", sa.Column("section_ids", postgresql.ARRAY(sa.Uuid()), nullable=True))
    op.add_column("api_token", sa.Column("rotated_at", sa.DateTime(timezone=True), nullable=True))
    op.create_foreign_key(
        op.f("fk_api_token_custom_role_id_custom_role"),
        "api_token",
        "custom_role",
        ["custom_role_id"],
        ["id"],
        ondelete="RESTRICT",
    )
    op.alter_column("api_token", "role", nullable=True)
    op.create_check_constraint(
        op.f("ck_api_token_one_grant"), "api_token", "num_nonnulls(role, custom_role_id, permissions) <= 1"
    )
    for table in owned:
        op.drop_constraint(f"fk_{table}_created_by_api_token", table)
        op.create_foreign_key(
            f"fk_{table}_created_by_account", table, "account", ["created_by"], ["id"], ondelete="RESTRICT"
        )


def downgrade() -> None:
    owned = [table for table in owned_through("account") if table != "account"]
    # What has no token of its own has made is nobody's again; a token without a role cannot be said in the old tables.
    for table in owned:
        op.drop_constraint(f"fk_{table}_created_by_account", table)
        op.execute(f"UPDATE {table} SET created_by = NULL WHERE created_by NOT IN (SELECT id FROM api_token)")
    op.execute(
        "UPDATE api_token SET role = 'VIEWER', revoked_at = coalesce(revoked_at, now()) WHERE role IS NULL"
    )
    for table in owned:
        op.create_foreign_key(
            f"fk_{table}_created_by_api_token",
            table,
            "api_token",
            ["created_by"],
            ["id"],
            ondelete="SET NULL",
        )
    op.drop_constraint("ck_api_token_one_grant", "api_token")
    op.drop_constraint("fk_api_token_custom_role_id_custom_role", "api_token")
    op.drop_index("ix_api_token_account_id", "api_token")
    op.drop_constraint("fk_api_token_account_id_account", "api_token")
    op.alter_column("api_token", "role", nullable=False)
    for column in ("account_id", "custom_role_id", "permissions", "section_ids", "rotated_at"):
        op.drop_column("api_token", column)
    op.drop_table("account")
    op.drop_table("custom_role")
