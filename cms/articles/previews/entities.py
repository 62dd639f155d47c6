"""What may be read of preview links: those that are good, by whoever may make some; of their tokens nothing."""

from sqlalchemy import ColumnElement, FromClause, false, func, select

from cms.articles import tables
from cms.permissions import Permission
from cms.reading.entities import Columns, Entity, Scope
from cms.reading.sources import Many

_MAKERS = (Permission.ARTICLE_PREVIEW, Permission.ARTICLE_PREVIEW_OWN)


def _link_rows(scope: Scope) -> FromClause:
    link = tables.preview_link
    told = [column for column in link.c if column.name != "token_sha256"]
    age = (-func.extract("epoch", link.c.created_at)).label("age")
    rows = select(*told, age).where(link.c.expires_at > func.now())
    is_maker = any(scope.may(permission) for permission in _MAKERS)
    return (rows if is_maker else rows.where(false())).subquery()


PREVIEW_LINK = Entity("preview_link", "PreviewLink", _link_rows, tag_key=None)


def _of_article(parent: Columns, child: Columns) -> ColumnElement[bool]:
    return child["article_id"] == parent["id"]


PREVIEW_LINKS = Many(PREVIEW_LINK, _of_article, ("age", "id"), owned=True)
