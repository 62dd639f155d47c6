"""Events: what changes is written down by triggers, in the transaction that changes it"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0070"
branch_labels = None
depends_on = None

# A statement that changes more rows than this is one event that names none of them.
MANY = 1000

TAG = """
CREATE FUNCTION cache_tag(noun text, id uuid) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN noun || '_' || replace(id::text, '-', '')
"""

# The event of a thing, or what this adds to the one that the transaction has written already. Tags make old what the public has read.
RECORD = """
CREATE FUNCTION record_event(of_noun text, of_thing uuid, what text, public boolean, further_tags text[] DEFAULT '{}')
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    all_tags text[] := '{}';
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
    PERFORM pg_notify('kiosque_events', '');
END $$
"""

# Everything may have changed: every answer has the site's tag.
RECORD_MANY = """
CREATE FUNCTION record_many_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM record_event('site', NULL, 'UPDATED', true, ARRAY['site']);
    RETURN NULL;
END $$
"""

# Of a trigger with transition tables: the number of rows, as far as it matters.
COUNT = f"(SELECT count(*) FROM (SELECT FROM {{rows}} LIMIT {MANY + 1}) AS seen)"


def function(name: str, inserted: str, updated: str, deleted: str) -> str:
    """A trigger function for statements; `new_rows` and `old_rows` are what they have changed."""
    blocks = []
    for operation, rows, body in (("INSERT", "new_rows", inserted), ("UPDATE", "new_rows", updated), ("DELETE", "old_rows", deleted)):
        blocks.append(f"""
    IF TG_OP = '{operation}' THEN
        changed := {COUNT.format(rows=rows)};
        IF changed > {MANY} THEN
            PERFORM record_event('site', NULL, 'UPDATED', true, ARRAY['site']);
        ELSIF changed > 0 THEN
            {body}
        END IF;
    END IF;""")
    return f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed bigint;
BEGIN{"".join(blocks)}
    RETURN NULL;
END $$
"""


def each(rows: str, action: str, *, noun: str = "TG_ARGV[0]", key: str = "id", public: str = "true", tags: str = "'{}'::text[]", where: str = "") -> str:
    """One event for each row."""
    return f"PERFORM record_event({noun}, r.{key}, '{action}', {public}, {tags}) FROM {rows} AS r {where};"


# Authors, tags and sections: what the public sees as it is.
THINGS = function("record_things", each("new_rows", "CREATED"), each("new_rows", "UPDATED"), each("old_rows", "DELETED"))

# Articles on the desk, where the public has no eyes.
DESK = function(
    "record_desk",
    each("new_rows", "CREATED", public="false"),
    each("new_rows", "UPDATED", public="false"),
    each("old_rows", "DELETED", public="false"),
)

SITE = function(
    "record_site", *[f"PERFORM record_event('site', NULL, '{action}', true, ARRAY['site']);" for action in ("CREATED", "UPDATED", "DELETED")]
)

# Siblings list each other as translations, and stand in for each other in `article(id, locale)`; so do those that were withdrawn.
SIBLINGS = """
CREATE FUNCTION sibling_tags(article_id uuid, group_id uuid) RETURNS text[] LANGUAGE sql STABLE
RETURN ARRAY(SELECT cache_tag('article', l.id) FROM live_article l WHERE l.translation_group_id = group_id AND l.id <> article_id
    UNION SELECT cache_tag('article', t.id) FROM live_tombstone t WHERE t.translation_group_id = group_id AND t.id <> article_id)
"""
# One slug may lead to several articles, each in its locale: which of them is found depends on which there are.
NAMESAKES = """
CREATE FUNCTION namesake_tags(of_article uuid, of_slug text) RETURNS text[] LANGUAGE sql STABLE
RETURN ARRAY(SELECT DISTINCT cache_tag('article', s.article_id) FROM article_slug s
    WHERE s.was_live AND s.article_id <> of_article
    AND (s.slug = of_slug OR s.slug IN (SELECT own.slug FROM article_slug own WHERE own.article_id = of_article)))
"""
NEIGHBOURS = "sibling_tags(r.id, r.translation_group_id) || namesake_tags(r.id, r.slug)"
LIVE = function(
    "record_live_article",
    each("new_rows", "CREATED", noun="'article'", tags=NEIGHBOURS),
    each(
        "new_rows",
        "UPDATED",
        noun="'article'",
        tags=f"""CASE WHEN (o.translation_group_id, o.locale, o.slug) = (r.translation_group_id, r.locale, r.slug) THEN '{{}}'::text[]
                ELSE {NEIGHBOURS} || sibling_tags(r.id, o.translation_group_id) || namesake_tags(r.id, o.slug) END""",
        where="JOIN old_rows o ON o.id = r.id",
    ),
    each("old_rows", "DELETED", noun="'article'", tags=NEIGHBOURS),
)

# What hangs on a live article changes the article.
LINKS = function(
    "record_live_links",
    *[each(f"(SELECT DISTINCT live_id FROM {rows})", "UPDATED", noun="'article'", key="live_id") for rows in ("new_rows", "new_rows", "old_rows")],
)
_BOTH_ENDS = "ARRAY[cache_tag('article', r.article_id)]"
RELATED = function(
    "record_live_related",
    each("new_rows", "UPDATED", noun="'article'", key="live_id", tags=_BOTH_ENDS),
    each("new_rows", "UPDATED", noun="'article'", key="live_id", tags=_BOTH_ENDS)
    + each("old_rows", "UPDATED", noun="'article'", key="live_id", tags=_BOTH_ENDS),
    each("old_rows", "UPDATED", noun="'article'", key="live_id", tags=_BOTH_ENDS),
)

# The public sees the assets that published articles and authors show.
SHOWN = """
CREATE FUNCTION asset_is_shown(asset uuid) RETURNS boolean LANGUAGE sql STABLE
RETURN EXISTS (SELECT FROM live_asset l WHERE l.asset_id = asset) OR EXISTS (SELECT FROM author a WHERE a.avatar_id = asset)
"""
ASSETS = function(
    "record_assets",
    each("new_rows", "CREATED", noun="'asset'", public="asset_is_shown(r.id)"),
    each("new_rows", "UPDATED", noun="'asset'", public="asset_is_shown(r.id)"),
    each("old_rows", "DELETED", noun="'asset'", public="asset_is_shown(r.id)"),
)
_NEW_USES = "(SELECT DISTINCT n.asset_id FROM new_rows n)"
_OLD_USES = "(SELECT DISTINCT o.asset_id FROM old_rows o)"
_SHOWN_BEFORE = """WHERE NOT EXISTS (SELECT FROM author a WHERE a.avatar_id = r.asset_id) AND NOT EXISTS (SELECT FROM live_asset l
                WHERE l.asset_id = r.asset_id AND NOT EXISTS (SELECT FROM new_rows n WHERE (n.live_id, n.place, n.asset_id) = (l.live_id, l.place, l.asset_id)))"""
_APPEAR = each(_NEW_USES, "CREATED", noun="'asset'", key="asset_id", where=_SHOWN_BEFORE)
_VANISH = each(_OLD_USES, "DELETED", noun="'asset'", key="asset_id", where="WHERE NOT asset_is_shown(r.asset_id)")
ASSET_USES = function("record_live_assets", _APPEAR, _APPEAR + _VANISH, _VANISH)
_FACE = "(SELECT DISTINCT avatar_id FROM {rows} WHERE avatar_id IS NOT NULL)"
_NEW_FACE = each(_FACE.format(rows="new_rows"), "UPDATED", noun="'asset'", key="avatar_id")
_OLD_FACE = each(_FACE.format(rows="old_rows"), "UPDATED", noun="'asset'", key="avatar_id")
_OTHER_FACES = "(SELECT DISTINCT f.avatar_id FROM (SELECT id, avatar_id FROM new_rows UNION ALL SELECT id, avatar_id FROM old_rows) f"
_CHANGED_FACES = each(
    f"{_OTHER_FACES} JOIN new_rows n ON n.id = f.id JOIN old_rows o ON o.id = f.id WHERE n.avatar_id IS DISTINCT FROM o.avatar_id AND f.avatar_id IS NOT NULL)",
    "UPDATED",
    noun="'asset'",
    key="avatar_id",
)
FACES = function("record_author_faces", _NEW_FACE, _CHANGED_FACES, _OLD_FACE)

# A slug that has been live leads the public to its article, if that is live now, or to what is left of it.
_IS_LIVE = """WHERE r.was_live AND (EXISTS (SELECT FROM live_article l WHERE l.id = r.article_id)
                OR EXISTS (SELECT FROM live_tombstone t WHERE t.id = r.article_id))"""
_NAMESAKES = "namesake_tags(r.article_id, r.slug)"
_NEW_SLUG = each("new_rows", "UPDATED", noun="'article'", key="article_id", tags=_NAMESAKES, where=_IS_LIVE)
_OLD_SLUG = each("old_rows", "UPDATED", noun="'article'", key="article_id", tags=_NAMESAKES, where=_IS_LIVE)
SLUGS = function("record_slugs", _NEW_SLUG, _NEW_SLUG + _OLD_SLUG, _OLD_SLUG)

FUNCTIONS = (TAG, RECORD, RECORD_MANY, SIBLINGS, NAMESAKES, SHOWN, THINGS, DESK, SITE, LIVE, LINKS, RELATED, ASSETS, ASSET_USES, FACES, SLUGS)
NAMES = (
    "cache_tag(text, uuid)", "record_event(text, uuid, text, boolean, text[])", "record_many_events()", "sibling_tags(uuid, uuid)",
    "namesake_tags(uuid, text)", "asset_is_shown(uuid)", "record_things()", "record_desk()", "record_site()", "record_live_article()",
    "record_live_links()", "record_live_related()", "record_assets()", "record_live_assets()", "record_author_faces()", "record_slugs()",
)  # fmt: skip
# For each table, the functions that its statements call.
TRIGGERS = {
    "author": ("record_things('author')", "record_author_faces()"),
    "tag": ("record_things('tag')",),
    "section": ("record_things('section')",),
    "site": ("record_site()",),
    "asset": ("record_assets()",),
    "article": ("record_desk('article')",),
    "article_slug": ("record_slugs()",),
    "live_article": ("record_live_article()",),
    "live_tombstone": ("record_live_article()",),
    "live_byline": ("record_live_links()",),
    "live_tag": ("record_live_links()",),
    "live_related": ("record_live_related()",),
    "live_asset": ("record_live_links()", "record_live_assets()"),
}
ROWS = {"INSERT": "NEW TABLE AS new_rows", "UPDATE": "OLD TABLE AS old_rows NEW TABLE AS new_rows", "DELETE": "OLD TABLE AS old_rows"}


def upgrade() -> None:
    op.create_table(
        "event",
        sa.Column("revision", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("transaction", sa.BigInteger(), server_default=sa.text("((pg_current_xact_id())::text)::bigint"), nullable=False),
        sa.Column("noun", sa.Text(), nullable=False),
        sa.Column("thing_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("tags", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("action IN ('CREATED', 'UPDATED', 'DELETED')", name=op.f("ck_event_action")),
        sa.PrimaryKeyConstraint("revision", name=op.f("pk_event")),
        sa.UniqueConstraint(
            "transaction", "noun", "thing_id", "is_public", name=op.f("uq_event_transaction_noun_thing_id_is_public"), postgresql_nulls_not_distinct=True
        ),
    )
    op.create_index("ix_event_happened_at", "event", ["happened_at"])
    for text in FUNCTIONS:
        op.execute(text)
    for table, functions in TRIGGERS.items():
        for call in functions:
            for operation, rows in ROWS.items():
                op.execute(
                    f"CREATE TRIGGER {call.partition('(')[0]}_{operation.lower()} AFTER {operation} ON {table}"
                    f" REFERENCING {rows} FOR EACH STATEMENT EXECUTE FUNCTION {call}"
                )
        op.execute(f"CREATE TRIGGER record_truncate AFTER TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION record_many_events()")


def downgrade() -> None:
    for table, functions in TRIGGERS.items():
        for call in functions:
            for operation in ROWS:
                op.execute(f"DROP TRIGGER {call.partition('(')[0]}_{operation.lower()} ON {table}")
        op.execute(f"DROP TRIGGER record_truncate ON {table}")
    for name in reversed(NAMES):
        op.execute(f"DROP FUNCTION {name}")
    op.drop_table("event")
