"""The tables that the articles slice writes and reads, for SQLAlchemy Core."""

from sqlalchemy import Table
from sqlmodel import SQLModel

from cms.articles import models as articles
from cms.articles.previews import models as previews
from cms.articles.workflow import models as workflow
from cms.assets import models as assets
from cms.authors import models as authors
from cms.database import metadata
from cms.site import models as sites
from cms.taxonomy import models as taxonomy


def _table(model: type[SQLModel]) -> Table:
    return metadata.tables[str(model.__tablename__)]


article = _table(articles.Article)
version = _table(articles.ArticleVersion)
publication = _table(articles.Publication)
withdrawal = _table(workflow.Withdrawal)
transition = _table(workflow.Transition)
scheduled_step = _table(workflow.ScheduledStep)
preview_link = _table(previews.PreviewLink)
notice = _table(articles.ArticleNotice)
article_slug = _table(articles.ArticleSlug)
version_byline = _table(articles.VersionByline)
version_tag = _table(articles.VersionTag)
version_related = _table(articles.VersionRelated)
version_asset = _table(articles.VersionAsset)
version_link = _table(articles.VersionLink)
version_loss = _table(articles.VersionLoss)
live_article = _table(articles.LiveArticle)
live_tombstone = _table(articles.LiveTombstone)
live_byline = _table(articles.LiveByline)
live_tag = _table(articles.LiveTag)
live_related = _table(articles.LiveRelated)
live_asset = _table(articles.LiveAsset)
asset = _table(assets.Asset)
author = _table(authors.Author)
section = _table(taxonomy.Section)
tag = _table(taxonomy.Tag)
site = _table(sites.Site)
