"""The queries as somebody would write them by hand over normalised tables: one statement each, whose one value is the answer's JSON."""

_BYLINE = """
(SELECT coalesce(json_agg(json_build_object('author', json_build_object({author})) ORDER BY l.position), '[]')
 FROM peers.article_author l JOIN peers.author p ON p.id = l.author_id WHERE l.article_id = {article}.id)
"""
_NAME = "'name', p.name"
_NAME_AND_SLUG = "'name', p.name, 'slug', p.slug"
_TAGS = """
(SELECT coalesce(json_agg(json_build_object('name', t.name) ORDER BY l.position), '[]')
 FROM peers.article_tag l JOIN peers.tag t ON t.id = l.tag_id WHERE l.article_id = a.id)
"""
_COVER = """
CASE WHEN c.id IS NOT NULL THEN
  json_build_object('asset', json_build_object('url', c.url, 'width', c.width, 'height', c.height), 'alt', a.cover_alt) END
"""
_RELATED = """
json_build_object('nodes', (SELECT coalesce(json_agg(json_build_object({fields}) ORDER BY r.position), '[]') FROM (
  SELECT l.position, b.id, b.title, b.slug, d.id AS cover_id, d.url FROM peers.related l JOIN peers.article b ON b.id = l.related_id
  LEFT JOIN peers.asset d ON d.id = b.cover_id
  WHERE l.article_id = a.id AND b.published_at IS NOT NULL ORDER BY l.position LIMIT 4) r))
"""
_RELATED_WITH_COVER = _RELATED.format(
    fields="'title', r.title, 'slug', r.slug, 'cover',"
    " CASE WHEN r.cover_id IS NOT NULL THEN json_build_object('asset', json_build_object('url', r.url)) END"
)
_RELATED_WITH_BYLINE = (
    _RELATED.format(
        fields=f"'title', r.title, 'slug', r.slug, 'byline', {_BYLINE.format(author=_NAME, article='r')}"
    )
    .replace(
        # What the third query does not ask for is not joined.
        ", d.id AS cover_id, d.url FROM",
        " FROM",
    )
    .replace("LEFT JOIN peers.asset d ON d.id = b.cover_id", "")
)

ARTICLE = f"""
SELECT json_build_object('data', json_build_object('article', (
  SELECT json_build_object('title', a.title, 'slug', a.slug, 'body', json_build_object('html', a.body), 'publishedAt', a.published_at,
    'byline', {_BYLINE.format(author=_NAME_AND_SLUG, article="a")}, 'tags', {_TAGS}, 'cover', {_COVER}, 'related', {_RELATED_WITH_COVER})
  FROM peers.article a LEFT JOIN peers.asset c ON c.id = a.cover_id
  WHERE a.slug = $1 AND a.published_at IS NOT NULL)))::text
"""  # noqa: S608  (put together from constants)

NEWEST = f"""
SELECT json_build_object('data', json_build_object('articles', json_build_object('nodes', (
  SELECT coalesce(json_agg(json_build_object('title', a.title, 'slug', a.slug, 'excerpt', a.excerpt, 'publishedAt', a.published_at,
    'byline', {_BYLINE.format(author=_NAME_AND_SLUG, article="a")}, 'cover', {_COVER}) ORDER BY a.published_at DESC, a.id DESC), '[]')
  FROM (SELECT id, title, slug, excerpt, published_at, cover_id, cover_alt FROM peers.article
        WHERE published_at IS NOT NULL ORDER BY published_at DESC, id DESC LIMIT 20) a
  LEFT JOIN peers.asset c ON c.id = a.cover_id))))::text
"""  # noqa: S608  (put together from constants)

NESTED = f"""
SELECT json_build_object('data', json_build_object('articles', json_build_object('nodes', (
  SELECT coalesce(json_agg(json_build_object('title', a.title, 'slug', a.slug,
    'byline', {_BYLINE.format(author=_NAME, article="a")}, 'tags', {_TAGS}, 'related', {_RELATED_WITH_BYLINE})
    ORDER BY a.published_at DESC, a.id DESC), '[]')
  FROM (SELECT id, title, slug, published_at FROM peers.article
        WHERE published_at IS NOT NULL ORDER BY published_at DESC, id DESC LIMIT 50) a))))::text
"""  # noqa: S608  (put together from constants)

# The digest of the token, title, slug, body, ids of authors, ids of tags. Without a good token nothing is written, and the answer is null.
CREATE = """
WITH bearer AS (SELECT FROM peers.token WHERE sha256 = $1),
written AS (
  INSERT INTO peers.article (title, slug, body) SELECT $2, $3, $4 FROM bearer RETURNING id, title, slug),
signed AS (
  INSERT INTO peers.article_author SELECT w.id, number - 1, key FROM written w, unnest($5::uuid[]) WITH ORDINALITY AS u(key, number)),
tagged AS (
  INSERT INTO peers.article_tag SELECT w.id, number - 1, key FROM written w, unnest($6::uuid[]) WITH ORDINALITY AS u(key, number))
SELECT json_build_object('data', json_build_object('createArticle',
  json_build_object('article', json_build_object('title', title, 'slug', slug), 'errors', '[]'::json)))::text FROM written
"""
