"""What of a version depends on the rights to its pictures, as it is at this moment: for live rows that nobody has written anew since."""

from alembic import op

revision = "0122"
down_revision = "0121"
branch_labels = None
depends_on = None

_COLUMNS = (
    "id", "sha256", "width", "height", "alt", "is_decorative", "caption", "credit", "creator", "copyright", "license", "source",
    "digital_source_type", "focal_x", "focal_y", "thumb_hash", "dominant_color",
)  # fmt: skip


def _json_of(asset: str) -> str:
    pairs = ", ".join(f"'{name}', {asset}.{name}" for name in _COLUMNS)
    return f"jsonb_build_object({pairs})"


def _is_shown(shown: str, used: str) -> str:
    return (
        f"{shown}.id = CASE WHEN {used}.rights_expire_at <= now() THEN {used}.substitute_id ELSE {used}.id END"
        f" AND ({shown}.rights_expire_at IS NULL OR {shown}.rights_expire_at > now())"
    )


_ASSET, _IS_SHOWN = _json_of("s"), _is_shown("s", "u")


def _shown_id(column: str) -> str:
    return f"(SELECT s.id FROM asset u JOIN asset s ON {_IS_SHOWN} WHERE u.id = v.{column})"


_COVER_ID, _SEO_IMAGE_ID = _shown_id("cover_id"), _shown_id("seo_image_id")


def _disclosure(kind: str, *source_types: str) -> str:
    named = ", ".join(f"'{one}'" for one in source_types)
    return f"""coalesce(CASE WHEN EXISTS (
        SELECT FROM version_asset l JOIN asset u ON u.id = l.asset_id JOIN asset s ON {_IS_SHOWN}
        WHERE l.version_id = v.id AND l.place IN ('COVER', 'BODY') AND s.digital_source_type IN ({named})
    ) AND NOT v.disclosures @> '[{{"kind": "{kind}"}}]' THEN '[{{"kind": "{kind}", "text": null, "is_derived": true}}]'::jsonb END, '[]'::jsonb)"""


_MADE_BY_AI = _disclosure("MADE_BY_AI", "trainedAlgorithmicMedia")
_AI_ASSISTED = _disclosure("AI_ASSISTED", "compositeSynthetic", "compositeWithTrainedAlgorithmicMedia")
# As `content_columns` (cms/articles/live.py) and `with_derived` (cms/articles/disclosing.py) have it; a test compares them.
PICTURES = f"""
CREATE FUNCTION current_pictures(shown_version uuid) RETURNS jsonb LANGUAGE sql STABLE PARALLEL SAFE AS $$
SELECT jsonb_build_object(
    'cover_id', {_COVER_ID},
    'cover', (
        SELECT jsonb_build_object('asset', {_ASSET}) FROM asset u JOIN asset s ON {_IS_SHOWN} WHERE u.id = v.cover_id
    ),
    'cover_alt', CASE WHEN {_COVER_ID} = v.cover_id THEN v.cover_alt END,
    'cover_caption', CASE WHEN {_COVER_ID} = v.cover_id THEN v.cover_caption END,
    'cover_credit', CASE WHEN {_COVER_ID} = v.cover_id THEN v.cover_credit END,
    'seo_image_id', {_SEO_IMAGE_ID},
    'byline', (
        SELECT coalesce(jsonb_agg(jsonb_build_object('role', l.role, 'author', jsonb_build_object(
            'id', a.id, 'slug', a.slug, 'name', a.name, 'title', a.title, 'avatar', CASE WHEN s.id IS NOT NULL THEN {_ASSET} END
        )) ORDER BY l.position), '[]'::jsonb)
        FROM version_byline l JOIN author a ON a.id = l.author_id LEFT JOIN asset u ON u.id = a.avatar_id LEFT JOIN asset s ON {_IS_SHOWN}
        WHERE l.version_id = v.id
    ),
    'body_references', jsonb_build_object(
        'assets', (
            SELECT coalesce(jsonb_object_agg(
                'asset_' || replace(u.id::text, '-', ''),
                CASE WHEN s.id = u.id THEN {_ASSET} ELSE {_ASSET} || jsonb_build_object('stands_in', true) END
            ), '{{}}'::jsonb)
            FROM version_asset l JOIN asset u ON u.id = l.asset_id JOIN asset s ON {_IS_SHOWN}
            WHERE l.version_id = v.id AND l.place = 'BODY'
        ),
        'articles', (
            SELECT coalesce(jsonb_object_agg(
                'article_' || replace(a.id::text, '-', ''), jsonb_build_object('slug', live.slug, 'locale', a.locale, 'title', live.title)
            ), '{{}}'::jsonb)
            FROM version_link l JOIN article a ON a.id = l.article_id JOIN article_version live ON live.id = a.live_version_id
            WHERE l.version_id = v.id
        )
    ),
    'disclosures', v.disclosures
        || {_MADE_BY_AI}
        || {_AI_ASSISTED}
)
FROM article_version v WHERE v.id = shown_version
$$
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(PICTURES)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP FUNCTION current_pictures(uuid)")
