"""NOTIFY wakes processes for what the public sees, and for nothing else: while it is sent, transactions commit one after the other"""

from alembic import op

revision = "0150"
down_revision = "0131"
branch_labels = None
depends_on = None

# As in 0010, but for the condition.
RECORD = """
CREATE OR REPLACE FUNCTION record_event(of_noun text, of_thing uuid, what text, public boolean, further_tags text[] DEFAULT '{{}}')
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    all_tags text[] := '{{}}';
BEGIN
    IF public THEN
        all_tags := CASE WHEN of_thing IS NULL THEN further_tags
            ELSE ARRAY[cache_tag(of_noun, of_thing), of_noun || 's'] || further_tags END;
    END IF;
    INSERT INTO event AS known (noun, thing_id, action, is_public, tags) VALUES (of_noun, of_thing, what, public, all_tags)
    ON CONFLICT (transaction, noun, thing_id, is_public) DO UPDATE SET
        action = CASE
            WHEN known.action = 'CREATED' AND what = 'UPDATED' THEN 'CREATED'
            WHEN known.action = 'DELETED' AND what = 'UPDATED' THEN 'DELETED'
            WHEN known.action = 'DELETED' AND what = 'CREATED' THEN 'UPDATED'
            ELSE what END,
        tags = CASE WHEN known.tags @> excluded.tags THEN known.tags
            ELSE ARRAY(SELECT DISTINCT unnest(known.tags || excluded.tags)) END;
    {notify}
END $$
"""
NOTIFY = "PERFORM pg_notify('kiosque_events', '');"


def upgrade() -> None:
    op.execute(RECORD.format(notify=f"IF public THEN {NOTIFY} END IF;"))


def downgrade() -> None:
    op.execute(RECORD.format(notify=NOTIFY))
