"""Notices: what readers are told of what became of an article; and disclosures that pictures bring along."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

KINDS = ("CORRECTION", "CLARIFICATION", "UPDATE", "EDITORS_NOTE", "RETRACTION", "WITHDRAWAL")
# The public reads this from now on where a picture was made by a trained model; publishing and changes of the picture keep it so.
DERIVED = """
UPDATE live_article l SET disclosures = l.disclosures || '[{{"kind": "{kind}", "text": null, "is_derived": true}}]'
WHERE NOT l.disclosures @> '[{{"kind": "{kind}"}}]' AND EXISTS (
    SELECT FROM version_asset v JOIN asset a ON a.id = v.asset_id
    WHERE v.version_id = l.version_id AND v.place IN ('COVER', 'BODY') AND a.digital_source_type IN ({source_types}))
"""
# Notices of withdrawals have come to say what they are about.
NOTICES = """
UPDATE {table} l SET notices = coalesce((
    SELECT jsonb_agg(jsonb_build_object('id', 'withdrawal_' || replace(w.id::text, '-', ''), 'kind', 'WITHDRAWAL', 'text', w.reason,
        'version', v.number, 'is_published', true, 'created_at', (extract(epoch FROM lower(w.during)) * 1000000)::bigint) ORDER BY lower(w.during))
    FROM withdrawal w JOIN article_version v ON v.id = w.version_id WHERE w.article_id = l.id AND upper_inf(w.during)), '[]')
WHERE l.notices <> '[]'
"""
NOTICES_BEFORE = "UPDATE {table} SET notices = (SELECT coalesce(jsonb_agg(n - 'id' - 'version' - 'is_published'), '[]') FROM jsonb_array_elements(notices) n WHERE n->>'kind' = 'WITHDRAWAL')"


def upgrade() -> None:
    op.create_table(
        "article_notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("article_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Enum(*KINDS, name="notice_kind", native_enum=False, create_constraint=True, length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("dated", sa.DateTime(timezone=True), nullable=False),
        sa.Column("during", postgresql.TSTZRANGE(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_article_notice_article_id_article"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["api_token.id"],
            name=op.f("fk_article_notice_created_by_api_token"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_notice")),
    )
    op.create_index(op.f("ix_article_notice_article_id"), "article_notice", ["article_id"])
    for kind, source_types in (
        ("MADE_BY_AI", "'trainedAlgorithmicMedia'"),
        ("AI_ASSISTED", "'compositeSynthetic', 'compositeWithTrainedAlgorithmicMedia'"),
    ):
        op.execute(DERIVED.format(kind=kind, source_types=source_types))
    for table in ("live_article", "live_tombstone"):
        op.execute(NOTICES.format(table=table))


def downgrade() -> None:
    for table in ("live_article", "live_tombstone"):
        op.execute(NOTICES_BEFORE.format(table=table))
    op.execute(
        "UPDATE live_article l SET disclosures = v.disclosures FROM article_version v WHERE v.id = l.version_id AND v.disclosures <> l.disclosures"
    )
    op.drop_table("article_notice")
