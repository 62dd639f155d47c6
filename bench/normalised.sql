-- The same content in the normalised form that the other servers read: one row a thing, one row a link.
-- The setting bench.base_url holds what the addresses of pictures begin with. The others answer addresses as long as Kiosque's, but do not sign them.
DROP SCHEMA IF EXISTS peers CASCADE;
CREATE SCHEMA peers;

CREATE TABLE peers.asset (
  id uuid PRIMARY KEY,
  url text NOT NULL,
  width int NOT NULL,
  height int NOT NULL
);
INSERT INTO peers.asset
SELECT id, current_setting('bench.base_url') || '/media/' || replace(id::text, '-', '') || '/' || left(sha256, 16) || '/' || md5(sha256) || '/full', width, height
FROM asset;

CREATE TABLE peers.author (
  id uuid PRIMARY KEY,
  slug text NOT NULL UNIQUE,
  name text NOT NULL
);
INSERT INTO peers.author SELECT id, slug, name FROM author;

CREATE TABLE peers.tag (
  id uuid PRIMARY KEY,
  slug text NOT NULL UNIQUE,
  name text NOT NULL
);
INSERT INTO peers.tag SELECT id, slug, name FROM tag;

CREATE TABLE peers.article (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  slug text NOT NULL,
  title text NOT NULL,
  excerpt text NOT NULL DEFAULT '',
  body text NOT NULL,
  published_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  cover_id uuid REFERENCES peers.asset,
  cover_alt text,
  status text NOT NULL DEFAULT 'draft'
);
INSERT INTO peers.article
SELECT a.id, v.slug, v.title, v.excerpt, v.body_html, a.published_at, a.created_at, a.updated_at, v.cover_id, coalesce(v.cover_alt, s.alt), 'published'
FROM article a JOIN article_version v ON v.id = a.live_version_id LEFT JOIN asset s ON s.id = v.cover_id;
ALTER TABLE peers.article ADD UNIQUE (slug);
CREATE INDEX article_newest ON peers.article (published_at DESC, id DESC) WHERE published_at IS NOT NULL;
-- In the very order that PostGraphile asks for.
CREATE INDEX article_status_newest ON peers.article (status, published_at DESC, id);
CREATE INDEX article_cover ON peers.article (cover_id);

CREATE TABLE peers.article_author (
  article_id uuid NOT NULL REFERENCES peers.article ON DELETE CASCADE,
  position int NOT NULL,
  author_id uuid NOT NULL REFERENCES peers.author,
  PRIMARY KEY (article_id, position)
);
INSERT INTO peers.article_author
SELECT a.id, l.position, l.author_id FROM article a JOIN version_byline l ON l.version_id = a.live_version_id;
CREATE INDEX article_author_author ON peers.article_author (author_id);

CREATE TABLE peers.article_tag (
  article_id uuid NOT NULL REFERENCES peers.article ON DELETE CASCADE,
  position int NOT NULL,
  tag_id uuid NOT NULL REFERENCES peers.tag,
  PRIMARY KEY (article_id, position)
);
INSERT INTO peers.article_tag
SELECT a.id, l.position, l.tag_id FROM article a JOIN version_tag l ON l.version_id = a.live_version_id;
CREATE INDEX article_tag_tag ON peers.article_tag (tag_id);

CREATE TABLE peers.related (
  article_id uuid NOT NULL REFERENCES peers.article ON DELETE CASCADE,
  position int NOT NULL,
  related_id uuid NOT NULL REFERENCES peers.article ON DELETE CASCADE,
  PRIMARY KEY (article_id, position)
);
INSERT INTO peers.related
SELECT a.id, l.position, l.article_id FROM article a JOIN version_related l ON l.version_id = a.live_version_id;
CREATE INDEX related_related ON peers.related (related_id);

CREATE TABLE peers.token (
  sha256 bytea PRIMARY KEY,
  name text NOT NULL
);
INSERT INTO peers.token SELECT secret_sha256, name FROM api_token;

-- What a schema served by PostGraphile offers as a mutation of its own.
CREATE FUNCTION peers.write_article(title text, slug text, body text, author_ids uuid[], tag_ids uuid[]) RETURNS peers.article
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  written peers.article;
BEGIN
  INSERT INTO peers.article (title, slug, body) VALUES (write_article.title, write_article.slug, write_article.body) RETURNING * INTO written;
  INSERT INTO peers.article_author
  SELECT written.id, number - 1, author_id FROM unnest(author_ids) WITH ORDINALITY AS a(author_id, number);
  INSERT INTO peers.article_tag
  SELECT written.id, number - 1, tag_id FROM unnest(tag_ids) WITH ORDINALITY AS t(tag_id, number);
  RETURN written;
END $$;
COMMENT ON TABLE peers.token IS E'@omit';
