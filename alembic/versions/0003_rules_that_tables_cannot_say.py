"""Rules that no column or constraint can say: no circle of sections, no link to itself, no version rewritten; and the one site."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SECTION_CIRCLE = """
CREATE FUNCTION refuse_section_circle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('section tree'));
    IF EXISTS (
        WITH RECURSIVE above AS (
            SELECT parent_id FROM section WHERE id = NEW.parent_id
            UNION SELECT s.parent_id FROM section s JOIN above ON s.id = above.parent_id
        ) SELECT FROM above WHERE parent_id = NEW.id
    ) THEN
        RAISE EXCEPTION 'section % would be above itself', NEW.id USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_section_no_circle';
    END IF;
    RETURN NEW;
END $$
"""

SELF_LINK = """
CREATE FUNCTION refuse_self_link() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM article_version v WHERE v.id = NEW.version_id AND v.article_id = NEW.article_id) THEN
        RAISE EXCEPTION 'article % would be related to itself', NEW.article_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_version_related_no_self_link';
    END IF;
    RETURN NEW;
END $$
"""

REWRITTEN_VERSION = """
CREATE FUNCTION refuse_rewritten_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    may_lapse text[] := ARRAY['section_id', 'cover_id', 'seo_image_id', 'created_by'];
BEGIN
    IF to_jsonb(NEW) - may_lapse IS DISTINCT FROM to_jsonb(OLD) - may_lapse THEN
        RAISE EXCEPTION 'version % of article % cannot be rewritten', OLD.number, OLD.article_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_article_version_is_final';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    op.execute(SECTION_CIRCLE)
    op.execute(
        "CREATE TRIGGER no_circle BEFORE INSERT OR UPDATE OF parent_id ON section"
        " FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL) EXECUTE FUNCTION refuse_section_circle()"
    )
    op.execute(SELF_LINK)
    op.execute("CREATE TRIGGER no_self_link BEFORE INSERT OR UPDATE ON version_related FOR EACH ROW EXECUTE FUNCTION refuse_self_link()")
    op.execute(REWRITTEN_VERSION)
    op.execute("CREATE TRIGGER is_final BEFORE UPDATE ON article_version FOR EACH ROW EXECUTE FUNCTION refuse_rewritten_version()")
    op.execute(
        "INSERT INTO site (id, name, article_path, locales, default_locale, disclosure_texts, updated_at)"
        " VALUES (1, 'My newsroom', '/{locale}/{slug}', ARRAY['en'], 'en', '[]', now())"
    )


def downgrade() -> None:
    op.execute("DELETE FROM site")
    for table, trigger, function in (
        ("article_version", "is_final", "refuse_rewritten_version"),
        ("version_related", "no_self_link", "refuse_self_link"),
        ("section", "no_circle", "refuse_section_circle"),
    ):
        op.execute(f"DROP TRIGGER {trigger} ON {table}")
        op.execute(f"DROP FUNCTION {function}()")
