"""What may be read of accounts: users, tokens and custom roles, each for those who keep them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Text, case, func, select, true

from cms.accounts.bearers import held
from cms.accounts.models import Account, AccountKind, ApiToken, CustomRole
from cms.ids import public_id
from cms.permissions import Permission
from cms.reading.entities import Columns, Entity, Scope, rows_for
from cms.reading.sources import Facts, Many, One, OrderKey, Orders

_ACCOUNT: Any = Account.__table__  # pyright: ignore[reportAttributeAccessIssue]  (SQLModel adds it)
_TOKEN: Any = ApiToken.__table__  # pyright: ignore[reportAttributeAccessIssue]  (SQLModel adds it)
_ROLE: Any = CustomRole.__table__  # pyright: ignore[reportAttributeAccessIssue]  (SQLModel adds it)
TOKENS_LISTED_MAX = 1_000
_KEPT_BACK = frozenset({"secret_sha256", "previous_sha256", "permissions"})
# Of these, `users` needs the first alone; a token or a user tells of its role or its user to whoever sees it.
_KEEPERS = (Permission.USER_MANAGE, Permission.TOKEN_MANAGE, Permission.ROLE_MANAGE)


def _keeper(scope: Scope, wanted: Sequence[Permission]) -> Permission:
    return next((permission for permission in wanted if scope.may(permission)), wanted[0])


def _role_rows(scope: Scope) -> FromClause:
    lowered = func.lower(_ROLE.c.name, type_=Text()).label("sort_name")
    return rows_for(_keeper(scope, _KEEPERS), scope, select(*_ROLE.c, lowered))


def _user_rows(scope: Scope) -> FromClause:
    query = select(*_ACCOUNT.c).where(_ACCOUNT.c.kind == AccountKind.PERSON)
    return rows_for(_keeper(scope, _KEEPERS[:2]), scope, query)


def _token_rows(scope: Scope) -> FromClause:
    """The tokens, with what their roles and their users' roles give."""
    account, own, users = _ACCOUNT.alias("owner"), _ROLE.alias("own_role"), _ROLE.alias("users_role")
    joined = (
        _TOKEN.join(account, account.c.id == _TOKEN.c.account_id)
        .outerjoin(own, own.c.id == _TOKEN.c.custom_role_id)
        .outerjoin(users, users.c.id == account.c.custom_role_id)
    )
    is_persons = account.c.kind == AccountKind.PERSON
    extra = {
        "user_id": case((is_persons, account.c.id)),
        "granted": func.coalesce(own.c.permissions, _TOKEN.c.permissions),
        "user_role": account.c.role,
        "user_granted": users.c.permissions,
        "is_revoked": _TOKEN.c.revoked_at.is_not(None),
        "age": -func.extract("epoch", _TOKEN.c.created_at),
    }
    columns = [column for column in _TOKEN.c if column.name not in _KEPT_BACK]
    labelled = [column.label(name) for name, column in extra.items()]
    return rows_for(Permission.TOKEN_MANAGE, scope, select(*columns, *labelled).select_from(joined))


CUSTOM_ROLE = Entity("role", "CustomRole", _role_rows, tag_key=None)
USER = Entity("user", "User", _user_rows, tag_key=None)
TOKEN = Entity("api_token", "ApiToken", _token_rows, tag_key=None)


def permissions_of(
    _: Facts, role: Any, granted: Any, user_id: Any, user_role: Any, user_granted: Any
) -> list[str]:
    """What the bearer of a token may: a user's token no more than the user."""
    own, person = held(role, None, granted), held(user_role, None, user_granted)
    if user_id is None or person is None:
        found = own[1] if own else frozenset[Permission]()
    else:
        found = person[1] if own is None else own[1] & person[1]
    return sorted(found)


def section_ids(_: Facts, keys: Any) -> list[str] | None:
    """The ids of sections."""
    return None if keys is None else [public_id("section", key) for key in keys]


def author_id(_: Facts, key: Any) -> str | None:
    """The id of an author."""
    return None if key is None else public_id("author", key)


def _first_thousand(_: Columns, child: Columns) -> ColumnElement[bool]:
    order = (_TOKEN.c.revoked_at.is_not(None), _TOKEN.c.created_at.desc(), _TOKEN.c.id.desc())
    return child["id"].in_(select(_TOKEN.c.id).order_by(*order).limit(TOKENS_LISTED_MAX))


def _every(_: Columns, __: Columns) -> ColumnElement[bool]:
    return true()


ALL_TOKENS = Many(TOKEN, _first_thousand, ("is_revoked", "age", "id"))
ALL_ROLES = Many(CUSTOM_ROLE, _every, ("sort_name",))
ROLE_OF_IT = One(CUSTOM_ROLE, "custom_role_id")
USER_OF_TOKEN = One(USER, "user_id")
USER_ORDERS = Orders(
    {
        "NAME": OrderKey(lambda columns: func.lower(func.unaccent(columns["name"]), type_=Text())),
        "CREATED_AT": OrderKey(lambda columns: columns["created_at"]),
        "LAST_SEEN_AT": OrderKey(lambda columns: columns["last_seen_at"], nullable=lambda _: True),
    },
    default=(("NAME", False),),
)
