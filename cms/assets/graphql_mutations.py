"""The mutations of assets: how files come, and go."""

from collections.abc import Awaitable, Mapping
from contextlib import suppress
from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

import strawberry
from sqlalchemy.ext.asyncio import AsyncSession

from cms.assets import announcing, library, under_way, uploads
from cms.assets.cleaning import clean_abandoned_uploads
from cms.assets.entities import ASSET
from cms.assets.fetching import PUBLIC
from cms.assets.graphql import Asset
from cms.assets.graphql_inputs import (
    CompleteUploadInput,
    CreateUploadInput,
    ImportAssetInput,
    ReplaceAssetInput,
    ResumeUploadInput,
    UpdateAssetInput,
    UploadAssetInput,
    UploadMethod,
    announced,
    changes_of,
    words_of,
)
from cms.assets.replacing import replace_asset
from cms.assets.uploads import Depot
from cms.context import Context
from cms.errors import Unavailable
from cms.ids import new_id, public_id
from cms.mutations import (
    TAKES_FILE,
    DeleteInput,
    DeletePayload,
    Input,
    expected_by,
    key_in,
    perform,
    perform_deletion,
    perform_work,
)
from cms.permissions import Actor
from cms.problems import UserError, errors_field
from cms.reading.fields import column, one
from cms.reading.scalars import DateTime, Url
from cms.reading.sources import One
from cms.revisions import Expected

SAME_FILE = "The same file was there already: this is its asset, with what is said about it there. updateAsset can change that."


@strawberry.type(description="A name and its value.")
class NameValue:
    name: str = column("name", "The name.")
    value: str = column("value", "The value.")


@strawberry.type(
    description="The request that sends one part of a file: a PUT of those bytes. Sent again, it replaces what was sent before."
)
class UploadPart:
    number: int = column("number", "Its place among the parts, from 1.")
    offset: int = column("offset", "Where it begins in the file, in bytes from 0.")
    byte_size: int = column("byte_size", "How many bytes it has; no other number will be taken.")
    url: Url = column("url", "Where to send it.")
    headers: list[NameValue] = column("headers", "The headers to send, with exactly these values.")
    is_sent: bool = column("is_sent", "Whether it has arrived.")


@strawberry.type(
    description="The request that sends the file, or those that send its parts. Anybody who has it may send it, and nothing else, until it expires."
)
class PendingUpload:
    id: strawberry.ID = column("id", "What to tell `completeUpload` once the file is sent.")
    method: UploadMethod = column(
        "method", "How the file is sent: the HTTP method of the request, or in parts."
    )
    url: Url = column("url", "Where to send it; of a file in parts, where the first one goes.")
    headers: list[NameValue] = column("headers", "The headers to send, with exactly these values.")
    fields: list[NameValue] = column("fields", "The parts of the form to send, before its last part `file`.")
    expires_at: DateTime = column("expires_at", "Until when the request is good.")
    parts: list[UploadPart] = column(
        "parts", "With MULTIPART, the parts to send, in any order and at once; else none."
    )


@strawberry.type(description="The request that sends a file, or what is wrong with the input.")
class UploadPayload:
    upload: PendingUpload | None = column("upload", "The request; null when there are errors.")
    errors: list[UserError] = errors_field()


@strawberry.type(description="An asset, or what is wrong with the input.")
class AssetPayload:
    asset: Asset | None = one(One(ASSET, "asset_id"), "The asset; null when there are errors.")
    warnings: list[str] = column(
        "warnings", "What you should know although all went well: that the same file was there already."
    )
    errors: list[UserError] = errors_field()


@strawberry.type
class AssetMutations:
    @strawberry.mutation(
        description="Announce a file, to be sent straight to the bucket. It becomes an asset by `completeUpload`. Needs asset:upload.",
        graphql_type=UploadPayload,
    )
    async def create_upload(self, info: strawberry.Info, input: Annotated[CreateUploadInput, Input]) -> Any:
        context: Context = info.context

        async def verb(session: AsyncSession, actor: Actor) -> Any:
            return _request(
                await under_way.create_upload(
                    session, context.storage, context.settings, actor, announced(input)
                )
            )

        return await perform(info, verb, name="upload")

    @strawberry.mutation(
        description="Sign the requests of an upload anew, which an interruption has made too old; of a file in parts, they tell what has arrived. "
        "Needs asset:upload.",
        graphql_type=UploadPayload,
    )
    async def resume_upload(self, info: strawberry.Info, input: Annotated[ResumeUploadInput, Input]) -> Any:
        context: Context = info.context

        async def verb(session: AsyncSession, actor: Actor) -> Any:
            key = key_in("upload", input.upload_id, "uploadId")
            return _request(
                await under_way.resume_upload(session, context.storage, context.settings, actor, key)
            )

        return await perform(info, verb, name="upload")

    @strawberry.mutation(
        description="Give an upload up, with what has arrived of it. Needs asset:upload.",
        graphql_type=DeletePayload,
    )
    async def abandon_upload(self, info: strawberry.Info, input: Annotated[DeleteInput, Input]) -> Any:
        storage = info.context.storage

        async def verb(session: AsyncSession, actor: Actor, key: UUID) -> UUID:
            return await under_way.abandon_upload(session, storage, actor, key)

        return await perform_deletion(info, "upload", input, verb)

    @strawberry.mutation(
        description="Make an asset of a file that has been sent: its size, its hash and what it really is are checked first, and a "
        "file that is not as announced is thrown away. Again gives the same asset, and so does the same file, sent before. Needs asset:upload.",
        graphql_type=AssetPayload,
        metadata=TAKES_FILE,
    )
    async def complete_upload(
        self, info: strawberry.Info, input: Annotated[CompleteUploadInput, Input]
    ) -> Any:
        async def work() -> Any:
            key = key_in("upload", input.upload_id, "uploadId")
            asset = await uploads.complete_upload(_depot(info), info.context.actor, key, words_of(input))
            return asset.id, asset.id == key

        return await _payload(info, work())

    @strawberry.mutation(
        description="Make an asset of a small file that comes with the request itself, as the GraphQL multipart request specification "
        "has it. Needs asset:upload.",
        graphql_type=AssetPayload,
        metadata=TAKES_FILE,
    )
    async def upload_asset(self, info: strawberry.Info, input: Annotated[UploadAssetInput, Input]) -> Any:
        async def work() -> Any:
            file, actor, asked_at = input.file, info.context.actor, new_id()
            asset = await uploads.upload_asset(
                _depot(info),
                actor,
                file.file,
                file.filename or "",
                words_of(input),
                content_type=file.content_type,
            )
            # Ids are in the order of time: what is older than the request was there before.
            return asset.id, asset.id > asked_at

        return await _payload(info, work())

    @strawberry.mutation(
        description="Make an asset of a picture at a public address, which Kiosque fetches: from hosts of the public internet alone, bounded in bytes, "
        "time and redirects. What it is, the file says. The same file, fetched or sent before, gives the same asset. Needs asset:import.",
        graphql_type=AssetPayload,
        metadata=TAKES_FILE,
    )
    async def import_asset(self, info: strawberry.Info, input: Annotated[ImportAssetInput, Input]) -> Any:
        async def work() -> Any:
            asked_at = new_id()
            asset = await uploads.import_asset(
                _depot(info),
                info.context.actor,
                input.url,
                words_of(input),
                filename=input.filename or None,
            )
            return asset.id, asset.id > asked_at

        return await _payload(info, work())

    @strawberry.mutation(
        description="Change what is said about a picture, wherever it is shown. Needs asset:update.",
        graphql_type=AssetPayload,
    )
    async def update_asset(self, info: strawberry.Info, input: Annotated[UpdateAssetInput, Input]) -> Any:
        async def verb(session: AsyncSession, actor: Actor) -> Any:
            key = key_in("asset", input.id, "id")
            return (
                await library.update_asset(
                    session, actor, key, changes_of(input), expected=expected_by(input)
                )
            ).id

        return {"warnings": [], **await perform(info, verb, name="asset_id")}

    @strawberry.mutation(
        description="Give a picture the file of another one, which is shown nowhere and is gone afterwards. What editors have said of the picture stays; what "
        "was left to its file comes with the new one. Its addresses change, as they do with its bytes. Needs asset:delete.",
        graphql_type=AssetPayload,
    )
    async def replace_asset(self, info: strawberry.Info, input: Annotated[ReplaceAssetInput, Input]) -> Any:
        async def verb(session: AsyncSession, actor: Actor) -> Any:
            key, source = key_in("asset", input.id, "id"), key_in("asset", input.source_id, "sourceId")
            expected = Expected(input.expected_version)
            return (await replace_asset(session, actor, key, source, expected=expected)).id

        payload = {"warnings": [], **await perform(info, verb, name="asset_id")}
        if not payload["errors"]:
            with suppress(Unavailable):
                await clean_abandoned_uploads(info.context.database, info.context.storage)
        return payload

    @strawberry.mutation(
        description="Remove a picture and its bytes. Refused while an article or an author shows it, or while it is the substitute of another. Needs asset:delete.",
        graphql_type=DeletePayload,
    )
    async def delete_asset(self, info: strawberry.Info, input: Annotated[DeleteInput, Input]) -> Any:
        payload = await perform_deletion(info, "asset", input, library.delete_asset)
        if payload["deleted_id"] is not None:
            # If the store does not answer just now, the bytes go the next time somebody cleans.
            with suppress(Unavailable):
                await clean_abandoned_uploads(info.context.database, info.context.storage)
        return payload


async def _payload(info: strawberry.Info, work: Awaitable[tuple[UUID, bool]]) -> dict[str, Any]:
    """The payload of an asset that is new, or that was there already."""
    known: list[UUID] = []

    async def kept() -> UUID:
        asset_id, is_new = await work
        known.extend([] if is_new else [asset_id])
        return asset_id

    payload = await perform_work(info, kept(), name="asset_id")
    return {**payload, "warnings": [SAME_FILE] if known else []}


def _depot(info: strawberry.Info) -> Depot:
    context: Context = info.context
    return Depot(context.database, context.storage, context.settings, context.reach or PUBLIC)


def _request(pending: announcing.PendingUpload) -> dict[str, Any]:
    return {
        "id": public_id("upload", pending.id),
        "method": pending.method,
        "url": pending.url,
        "headers": _pairs(pending.headers),
        "fields": _pairs(pending.fields),
        "expires_at": pending.expires_at,
        "parts": [{**asdict(part), "headers": _pairs(part.headers)} for part in pending.parts],
    }


def _pairs(values: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in values.items()]
