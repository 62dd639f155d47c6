"""The tables that the articles slice writes and reads, for SQLAlchemy Core."""

from cms.articles import models as articles
from cms.assets import models as assets
from cms.authors import models as authors
from cms.database import metadata
from cms.site import models as sites
from cms.taxonomy import models as taxonomy

article = metadata.tables[articles.Article.__tablename__]
version = metadata.tables[articles.ArticleVersion.__tablename__]
publication = metadata.tables[articles.Publication.__tablename__]
article_slug = metadata.tables[articles.ArticleSlug.__tablename__]
version_byline = metadata.tables[articles.VersionByline.__tablename__]
version_tag = metadata.tables[articles.VersionTag.__tablename__]
version_related = metadata.tables[articles.VersionRelated.__tablename__]
version_asset = metadata.tables[articles.VersionAsset.__tablename__]
version_link = metadata.tables[articles.VersionLink.__tablename__]
live_article = metadata.tables[articles.LiveArticle.__tablename__]
live_byline = metadata.tables[articles.LiveByline.__tablename__]
live_tag = metadata.tables[articles.LiveTag.__tablename__]
live_related = metadata.tables[articles.LiveRelated.__tablename__]
live_asset = metadata.tables[articles.LiveAsset.__tablename__]
asset = metadata.tables[assets.Asset.__tablename__]
author = metadata.tables[authors.Author.__tablename__]
section = metadata.tables[taxonomy.Section.__tablename__]
tag = metadata.tables[taxonomy.Tag.__tablename__]
site = metadata.tables[sites.Site.__tablename__]
