"""A small newsroom with one of everything, and what each mutation may be asked to do with it."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from cms.accounts.roles import RoleFields, create_role
from cms.accounts.service import create_token
from cms.accounts.users import UserFields, create_user
from cms.articles.creating import create_article
from cms.articles.inputs import NewArticle, RelatedLink
from cms.articles.kinds import NoticeKind
from cms.articles.noticing import NoticeFields, add_notice
from cms.assets.announcing import UploadFields
from cms.assets.under_way import create_upload
from cms.assets.uploads import Depot
from cms.ids import public_id
from cms.permissions import SYSTEM, Role
from tests.factories import (
    make_article,
    make_asset,
    make_author,
    make_preview_link,
    make_published_article,
    make_revised_article,
    make_scheduled_article,
    make_section,
    make_submitted_article,
    make_tag,
)
from tests.pictures import png

_ADA = UserFields(name="Ada", role=Role.AUTHOR)
_DESK = RoleFields(name="Picture desk", permissions=["asset:upload"])
PICTURE = png()
SHA256 = sha256(PICTURE).hexdigest()


@dataclass(frozen=True)
class Newsroom:
    """The public ids of what is there. Nobody who asks has created any of it."""

    draft: str
    submitted: str
    scheduled: str
    published: str
    revised: str
    translation: str
    notice: str
    author: str
    tag: str
    other_tag: str
    section: str
    asset: str
    other_asset: str
    upload: str
    token: str
    user: str
    role: str
    preview_link: str


async def fill_newsroom(depot: Depot) -> Newsroom:
    """Make one of everything."""
    async with depot.database.transaction() as session:
        published = await make_published_article(session, title="A bridge is built")
        revised = await make_revised_article(session)
        notice = NoticeFields(kind=NoticeKind.UPDATE, text="It is open.", is_published=True)
        translation = NewArticle(title="Un fleuve", locale="fr", translation_of=revised)
        found = {
            "published": ("article", published),
            "draft": ("article", await make_article(session, related=[RelatedLink(published)])),
            "submitted": ("article", await make_submitted_article(session)),
            "scheduled": ("article", await make_scheduled_article(session)),
            "revised": ("article", revised),
            "translation": ("article", await create_article(session, SYSTEM, translation)),
            "notice": ("notice", await add_notice(session, SYSTEM, published, notice)),
            "author": ("author", await make_author(session)),
            "tag": ("tag", await make_tag(session)),
            "other_tag": ("tag", await make_tag(session)),
            "section": ("section", await make_section(session)),
            "asset": ("asset", await make_asset(session)),
            "other_asset": ("asset", await make_asset(session, filename="weir.jpg")),
            "upload": ("upload", await _sent_upload(depot, session)),
            "token": ("api_token", (await create_token(session, SYSTEM, "The website", Role.VIEWER))[0].id),
            "user": ("user", (await create_user(session, SYSTEM, _ADA)).id),
            "role": ("role", (await create_role(session, SYSTEM, _DESK)).id),
            "preview_link": ("preview_link", await make_preview_link(session, published)),
        }
    return Newsroom(**{name: public_id(noun, key) for name, (noun, key) in found.items()})


async def _sent_upload(depot: Depot, session: Any) -> UUID:
    fields = UploadFields(
        filename="grey.png", content_type="image/png", byte_size=len(PICTURE), sha256=SHA256
    )
    pending = await create_upload(session, depot.storage, depot.settings, SYSTEM, fields)
    depot.storage.put(f"uploads/{pending.id}", PICTURE, content_type="image/png")
    return pending.id


class PictureSite:
    """Where pictures can be fetched from, once the application runs."""

    url = ""


PICTURES = PictureSite()


@dataclass(frozen=True)
class Deed:
    """An input for a mutation, the strongest role that is refused, and the weakest that is not."""

    input: Callable[[Newsroom], dict[str, Any]]
    wrong: Role
    right: Role
    has_file: bool = False


_CREATES = (Role.VIEWER, Role.CONTRIBUTOR)
_EDITS = (Role.AUTHOR, Role.EDITOR)
_ADMINISTERS = (Role.EDITOR, Role.ADMIN)

DEEDS: dict[str, Deed] = {
    "createArticle": Deed(lambda room: {"title": "A new piece"}, *_CREATES),
    "updateArticle": Deed(
        lambda room: {"id": room.draft, "expectedVersion": 1, "title": "A better headline"}, *_EDITS
    ),
    "createTranslation": Deed(lambda room: {"articleId": room.draft, "locale": "fr"}, *_CREATES),
    "publishArticle": Deed(lambda room: {"id": room.draft, "expectedVersion": 1}, *_EDITS),
    "unpublishArticle": Deed(lambda room: {"id": room.published, "expectedVersion": 1}, *_EDITS),
    "submitArticle": Deed(lambda room: {"id": room.draft, "expectedVersion": 1}, *_EDITS),
    "requestChanges": Deed(lambda room: {"id": room.submitted, "expectedVersion": 1}, *_EDITS),
    "approveArticle": Deed(lambda room: {"id": room.submitted, "expectedVersion": 1}, *_EDITS),
    "scheduleArticle": Deed(
        lambda room: {"id": room.draft, "expectedVersion": 1, "publishAt": "2999-01-01T00:00:00Z"}, *_EDITS
    ),
    "cancelSchedule": Deed(lambda room: {"id": room.scheduled, "expectedVersion": 1}, *_EDITS),
    "withdrawArticle": Deed(
        lambda room: {"id": room.published, "expectedVersion": 1, "reason": "It was not so."}, *_EDITS
    ),
    "deleteArticle": Deed(lambda room: {"id": room.draft}, *_EDITS),
    "addNotice": Deed(
        lambda room: {
            "articleId": room.published,
            "kind": "CORRECTION",
            "text": "The bridge has two arches.",
        },
        *_EDITS,
    ),
    "updateNotice": Deed(
        lambda room: {"id": room.notice, "expectedVersion": 1, "text": "It has three."}, *_EDITS
    ),
    "removeNotice": Deed(lambda room: {"id": room.notice}, *_EDITS),
    "markTranslationUpToDate": Deed(lambda room: {"id": room.translation, "sourceId": room.revised}, *_EDITS),
    "restoreArticleVersion": Deed(
        lambda room: {"id": room.revised, "expectedVersion": 2, "version": 1}, *_EDITS
    ),
    "setRelatedArticles": Deed(
        lambda room: {"id": room.draft, "expectedVersion": 1, "links": []},
        *_EDITS,
    ),
    "relateArticles": Deed(
        lambda room: {"id": room.published, "toId": room.draft, "kind": "BACKGROUND"}, *_EDITS
    ),
    "unrelateArticles": Deed(lambda room: {"id": room.draft, "toId": room.published}, *_EDITS),
    "createAuthor": Deed(lambda room: {"name": "Béatrice Noël", "avatarId": room.asset}, *_EDITS),
    "updateAuthor": Deed(
        lambda room: {"id": room.author, "expectedVersion": 1, "bio": "Writes on rivers."}, *_EDITS
    ),
    "deleteAuthor": Deed(lambda room: {"id": room.author}, *_EDITS),
    "createTag": Deed(lambda room: {"name": "Bridges"}, *_EDITS),
    "updateTag": Deed(lambda room: {"id": room.tag, "expectedVersion": 1, "name": "Streams"}, *_EDITS),
    "deleteTag": Deed(lambda room: {"id": room.tag}, *_EDITS),
    "mergeTags": Deed(lambda room: {"fromIds": [room.tag], "intoId": room.other_tag}, *_EDITS),
    "createSection": Deed(lambda room: {"name": "Physics", "parentId": room.section}, *_EDITS),
    "updateSection": Deed(
        lambda room: {"id": room.section, "expectedVersion": 1, "description": "What is known"}, *_EDITS
    ),
    "deleteSection": Deed(lambda room: {"id": room.section}, *_EDITS),
    "updateSite": Deed(lambda room: {"expectedVersion": 1, "name": "The Weir"}, *_ADMINISTERS),
    "createUpload": Deed(
        lambda room: {
            "filename": "grey.png",
            "contentType": "image/png",
            "byteSize": len(PICTURE),
            "sha256": SHA256,
        },
        *_CREATES,
    ),
    # An upload of somebody else; its own uploader needs no more than asset:upload.
    "completeUpload": Deed(lambda room: {"uploadId": room.upload, "alt": "Grey"}, Role.VIEWER, Role.AUTHOR),
    "resumeUpload": Deed(lambda room: {"uploadId": room.upload}, Role.VIEWER, Role.AUTHOR),
    "abandonUpload": Deed(lambda room: {"id": room.upload}, Role.VIEWER, Role.AUTHOR),
    "importAsset": Deed(lambda room: {"url": f"{PICTURES.url}/grey.png"}, Role.CONTRIBUTOR, Role.AUTHOR),
    "uploadAsset": Deed(lambda room: {"alt": "Grey"}, *_CREATES, has_file=True),
    "updateAsset": Deed(
        lambda room: {"id": room.asset, "expectedVersion": 1, "alt": "A wide river"},
        Role.CONTRIBUTOR,
        Role.AUTHOR,
    ),
    "replaceAsset": Deed(
        lambda room: {"id": room.asset, "expectedVersion": 1, "sourceId": room.other_asset}, *_EDITS
    ),
    "deleteAsset": Deed(lambda room: {"id": room.asset}, *_EDITS),
    "createApiToken": Deed(lambda room: {"name": "A colleague", "role": "EDITOR"}, *_ADMINISTERS),
    "rotateApiToken": Deed(lambda room: {"id": room.token}, *_ADMINISTERS),
    "createUser": Deed(lambda room: {"name": "Béla", "role": "EDITOR"}, *_ADMINISTERS),
    "updateUser": Deed(
        lambda room: {"id": room.user, "expectedVersion": 1, "email": "ada@example.org"}, *_ADMINISTERS
    ),
    "deleteUser": Deed(lambda room: {"id": room.user}, *_ADMINISTERS),
    "createRole": Deed(lambda room: {"name": "Desk", "permissions": ["article:create"]}, *_ADMINISTERS),
    "updateRole": Deed(
        lambda room: {"id": room.role, "expectedVersion": 1, "permissions": ["asset:read"]}, *_ADMINISTERS
    ),
    "deleteRole": Deed(lambda room: {"id": room.role}, *_ADMINISTERS),
    "createPreviewLink": Deed(lambda room: {"articleId": room.draft, "expiresIn": 3_600}, *_EDITS),
    "revokePreviewLink": Deed(lambda room: {"id": room.preview_link}, *_EDITS),
    "revokeApiToken": Deed(lambda room: {"id": room.token}, *_ADMINISTERS),
}
