"""What is shown where an asset is used: itself, or from the moment when its rights expire its substitute, or nothing.

Expressions, for all who read or embed assets. A moment of None is the desk's: there everything is shown as it was put.
"""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, case, func, or_, select

from cms.assets.models import Asset
from cms.perspective import PerspectiveKind
from cms.reading.entities import Scope

_ASSET: Any = Asset.__table__  # pyright: ignore[reportAttributeAccessIssue]  (SQLModel adds it)
Moment = ColumnElement[Any] | None


def moment_of(scope: Scope) -> Moment:
    """The time by which rights are judged. A past that is looked at does not bring back what may not be shown any more."""
    match scope.perspective.kind:
        case PerspectiveKind.PUBLISHED | PerspectiveKind.PREVIEW:
            return func.now()
        case PerspectiveKind.DRAFT:
            return None
        case PerspectiveKind.AT:
            return func.greatest(scope.at_time(), func.now())


def may_be_shown(asset: FromClause, moment: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether the rights of the asset have not expired by then."""
    return or_(asset.c.rights_expire_at.is_(None), asset.c.rights_expire_at > moment)


def is_shown_for(shown: FromClause, used: FromClause, moment: Moment) -> ColumnElement[bool]:
    """Whether the asset `shown` is what is shown where `used` is used. A substitute that has expired itself is not replaced again."""
    if moment is None:
        return shown.c.id == used.c.id
    key = case((used.c.rights_expire_at <= moment, used.c.substitute_id), else_=used.c.id)
    return (shown.c.id == key) & may_be_shown(shown, moment)


def shown_key(key: ColumnElement[Any], moment: Moment) -> ColumnElement[Any]:
    """The id of what is shown where the asset of this id is used; null for nothing."""
    if moment is None:
        return key
    used, shown = _ASSET.alias("used_asset"), _ASSET.alias("shown_asset")
    query = select(shown.c.id).select_from(used.join(shown, is_shown_for(shown, used, moment)))
    return query.where(used.c.id == key).correlate_except(used, shown).scalar_subquery()
