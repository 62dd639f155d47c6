"""Who may do what: one table of roles and their permissions, and the actor that carries them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from cms.errors import Forbidden, Unauthenticated


class Permission(StrEnum):
    """A right, as `noun:verb`. `…_own` is limited to what the actor created."""

    ARTICLE_READ_DRAFTS = "article:read_drafts"
    ARTICLE_CREATE = "article:create"
    ARTICLE_UPDATE_OWN = "article:update_own"
    ARTICLE_UPDATE = "article:update"
    ARTICLE_SUBMIT_OWN = "article:submit_own"
    ARTICLE_SUBMIT = "article:submit"
    ARTICLE_REVIEW = "article:review"
    ARTICLE_APPROVE = "article:approve"
    ARTICLE_SKIP_REVIEW = "article:skip_review"
    ARTICLE_SCHEDULE_OWN = "article:schedule_own"
    ARTICLE_SCHEDULE = "article:schedule"
    ARTICLE_READ_SCHEDULED = "article:read_scheduled"
    ARTICLE_PUBLISH_OWN = "article:publish_own"
    ARTICLE_PUBLISH = "article:publish"
    ARTICLE_WITHDRAW = "article:withdraw"
    ARTICLE_PREVIEW_OWN = "article:preview_own"
    ARTICLE_PREVIEW = "article:preview"
    ARTICLE_DELETE_OWN = "article:delete_own"
    ARTICLE_DELETE = "article:delete"
    AUTHOR_WRITE = "author:write"
    AUTHOR_READ_EMAIL = "author:read_email"
    TAG_WRITE = "tag:write"
    SECTION_WRITE = "section:write"
    ASSET_READ = "asset:read"
    ASSET_UPLOAD = "asset:upload"
    ASSET_IMPORT = "asset:import"
    ASSET_UPDATE = "asset:update"
    ASSET_DELETE = "asset:delete"
    SITE_UPDATE = "site:update"
    TOKEN_MANAGE = "token:manage"  # noqa: S105  (a permission's name, not a secret)
    USER_MANAGE = "user:manage"
    ROLE_MANAGE = "role:manage"
    AUDIT_READ = "audit:read"


class Role(StrEnum):
    """A set of permissions under a name."""

    VIEWER = "VIEWER"
    CONTRIBUTOR = "CONTRIBUTOR"
    AUTHOR = "AUTHOR"
    EDITOR = "EDITOR"
    ADMIN = "ADMIN"


_VIEWER = frozenset(
    {Permission.ARTICLE_READ_DRAFTS, Permission.ARTICLE_READ_SCHEDULED, Permission.ASSET_READ}
)
_CONTRIBUTOR = _VIEWER | {
    Permission.ARTICLE_CREATE,
    Permission.ARTICLE_UPDATE_OWN,
    Permission.ARTICLE_SUBMIT_OWN,
    Permission.ASSET_UPLOAD,
}
_AUTHOR = _CONTRIBUTOR | {
    Permission.ARTICLE_SKIP_REVIEW,
    Permission.ARTICLE_SCHEDULE_OWN,
    Permission.ARTICLE_PUBLISH_OWN,
    Permission.ARTICLE_PREVIEW_OWN,
    Permission.ARTICLE_DELETE_OWN,
    Permission.ASSET_IMPORT,
    Permission.ASSET_UPDATE,
}
_EDITOR = _AUTHOR | {
    Permission.ARTICLE_UPDATE,
    Permission.ARTICLE_SUBMIT,
    Permission.ARTICLE_REVIEW,
    Permission.ARTICLE_APPROVE,
    Permission.ARTICLE_SCHEDULE,
    Permission.ARTICLE_PUBLISH,
    Permission.ARTICLE_WITHDRAW,
    Permission.ARTICLE_PREVIEW,
    Permission.ARTICLE_DELETE,
    Permission.AUTHOR_WRITE,
    Permission.AUTHOR_READ_EMAIL,
    Permission.TAG_WRITE,
    Permission.SECTION_WRITE,
    Permission.ASSET_DELETE,
}

PERMISSIONS_OF_ROLE: Mapping[Role, frozenset[Permission]] = {
    Role.VIEWER: _VIEWER,
    Role.CONTRIBUTOR: _CONTRIBUTOR,
    Role.AUTHOR: _AUTHOR,
    Role.EDITOR: _EDITOR,
    Role.ADMIN: frozenset(Permission),
}


# What decides which rows and columns somebody reads: two actors with the same of these read the same.
READING: frozenset[Permission] = frozenset(
    {
        Permission.ARTICLE_READ_DRAFTS,
        Permission.ARTICLE_READ_SCHEDULED,
        Permission.ARTICLE_PREVIEW_OWN,
        Permission.ARTICLE_PREVIEW,
        Permission.ASSET_READ,
        Permission.AUTHOR_READ_EMAIL,
        Permission.TOKEN_MANAGE,
        Permission.USER_MANAGE,
        Permission.ROLE_MANAGE,
        Permission.AUDIT_READ,
    }
)


@dataclass(frozen=True)
class Actor:
    """Who makes the request: a person, a program with a token, the bearer of a preview link, the command line, or the public.

    `id` is the account, which stays the same over all tokens and sign-ins of a person. `role` is the name of a built-in or of a custom role, empty
    for somebody with permissions and no role, None for the public. Each of `limits` is a set of sections: articles are written and
    published in those and below them alone. `previews` is the article whose draft the bearer of a preview link reads.
    """

    id: UUID | None
    name: str
    role: str | None
    permissions: frozenset[Permission]
    limits: tuple[frozenset[UUID], ...] = ()
    token_id: UUID | None = field(default=None, compare=False)
    previews: UUID | None = None

    @property
    def is_public(self) -> bool:
        """Whether nobody in particular asks."""
        return self.role is None

    @property
    def is_staff(self) -> bool:
        """Whether somebody of the newsroom asks, or a program of theirs."""
        return not self.is_public and self.previews is None

    @property
    def standing(self) -> str:
        """The actor as the subject of a sentence about rights."""
        if self.previews is not None:
            return "A preview link"
        return f"The role {self.role}" if self.role else "This token"

    def may(self, permission: Permission) -> bool:
        """Whether the actor has the permission."""
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Raise Unauthenticated (the public) or Forbidden (a token) unless the actor has the permission."""
        if permission not in self.permissions:
            self.refuse(permission)

    def require_pen(self) -> None:
        """Raise Forbidden for the bearer of a preview link, who changes nothing, not even what anybody may."""
        if self.previews is not None:
            raise Forbidden(f"{self.standing} is for reading: it may change nothing.")

    def require_for(
        self, owner_id: UUID | None, *, all_permission: Permission, own_permission: Permission
    ) -> None:
        """Like `require`, where the narrower permission is enough for what the actor created."""
        owns = self.id is not None and owner_id == self.id
        if not (self.may(all_permission) or (owns and self.may(own_permission))):
            self.refuse(all_permission)

    def refuse(self, permission: Permission) -> None:
        """Raise the error for a missing permission."""
        if self.is_public:
            raise Unauthenticated("This needs a token: send the header “Authorization: Bearer <token>”.")
        raise Forbidden(
            f"{self.standing} may not do this; it needs the permission “{permission}”.",
            permission=str(permission),
        )


PUBLIC = Actor(id=None, name="public", role=None, permissions=frozenset())
SYSTEM = Actor(id=None, name="command line", role=Role.ADMIN, permissions=PERMISSIONS_OF_ROLE[Role.ADMIN])


def actor_of_role(role: Role, *, actor_id: UUID | None, name: str) -> Actor:
    """The actor that holds what the role's row of the table says."""
    return Actor(id=actor_id, name=name, role=role, permissions=PERMISSIONS_OF_ROLE[role])


def permissions_named(names: Iterable[str]) -> frozenset[Permission]:
    """The permissions of these names; names that this version does not know are left out."""
    return frozenset(Permission(name) for name in names if name in _NAMES)


_NAMES = frozenset(permission.value for permission in Permission)
