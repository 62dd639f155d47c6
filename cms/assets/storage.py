"""The bucket, through S3: the only module that knows boto3.

Every call waits for the network: from a coroutine, run it in a thread. Presigning alone does not; it only computes. The client is imported and built
when it is first needed, which takes as long as all the rest of a process: a process that only reads never needs it.
"""

from base64 import b64encode
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any, BinaryIO

from cms.assets.hosts import is_loopback
from cms.assets.stored_parts import ListedPart, StoredPart, last_sent
from cms.config import Settings
from cms.errors import KiosqueError, Unavailable

CORS_SECONDS_MAX = 3600
# No key of the configuration file, no environment variable, no default, no conversion.
NO_PROFILE = (None, None, None, None)


class ObjectMissing(KiosqueError):
    """The bucket has no object under the key."""

    code = "NOT_FOUND"


@dataclass(frozen=True)
class StoredObject:
    """What the bucket says of an object."""

    key: str
    size: int
    content_type: str
    etag: str


@dataclass(frozen=True)
class ListedObject:
    """An object in a list of the bucket, and when it was stored."""

    key: str
    stored_at: datetime


@dataclass(frozen=True)
class UnfinishedObject:
    """An object whose parts are being sent: its key, the store's name for them, and when that began."""

    key: str
    parts_id: str
    begun_at: datetime


@dataclass(frozen=True)
class SignedRequest:
    """A request that anybody may send as it stands, until it expires: the signature is its permission.

    `headers` must be sent with exactly these values. `fields` are the parts of a multipart form, before its part `file`.
    """

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    fields: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)


class Storage:
    """One bucket of an S3-compatible store. Methods raise Unavailable if the store refuses or does not answer."""

    def __init__(self, settings: Settings) -> None:
        self.bucket = settings.s3_bucket
        self.region = settings.s3_region
        self._settings = settings

    @cached_property
    def _client(self) -> Any:  # botocore makes its clients' methods at run time
        return make_client(self._settings, self._settings.s3_endpoint)

    @cached_property
    def _signer(self) -> Any:
        # The host is part of a signature: what browsers send must be signed for the host that they see.
        endpoint = self._settings.s3_endpoint
        public = self._settings.s3_public_endpoint or endpoint
        return self._client if public == endpoint else make_client(self._settings, public)

    def put(
        self, key: str, body: bytes | BinaryIO, *, content_type: str, cache_control: str | None = None
    ) -> None:
        """Store an object, in place of one under the same key."""
        optional = {} if cache_control is None else {"CacheControl": cache_control}
        with explained(f"store {key}"):
            self._client.put_object(
                Bucket=self.bucket, Key=key, Body=body, ContentType=content_type, **optional
            )

    def get(self, key: str) -> bytes:
        """The whole bytes of an object. Raises ObjectMissing."""
        with (
            explained(f"read {key}"),
            closing(self._client.get_object(Bucket=self.bucket, Key=key)["Body"]) as body,
        ):
            return body.read()

    def open(self, key: str, *, first: int | None = None, last: int | None = None) -> "OpenObject":
        """Begin to read an object, or its bytes from `first` to `last`, both counted in. Raises ObjectMissing. Close it."""
        part = {} if first is None else {"Range": f"bytes={first}-{'' if last is None else last}"}
        with explained(f"read {key}"):
            found = self._client.get_object(Bucket=self.bucket, Key=key, **part)
        return OpenObject(key, found["Body"])

    def stream(self, key: str, *, chunk_bytes: int = 262_144) -> Generator[bytes]:
        """The bytes of an object, piece by piece. Raises ObjectMissing."""
        with closing(self.open(key)) as opened:
            while chunk := opened.read(chunk_bytes):
                yield chunk

    def fetch(self, key: str, target: Path) -> None:
        """Copy an object into a new file. Raises ObjectMissing."""
        with target.open("xb") as file:
            for chunk in self.stream(key):
                file.write(chunk)

    def head(self, key: str) -> StoredObject | None:
        """What is known of an object without reading it; None if there is none."""
        try:
            with explained(f"look for {key}"):
                found = self._client.head_object(Bucket=self.bucket, Key=key)
        except ObjectMissing:
            return None
        return StoredObject(
            key, found["ContentLength"], found.get("ContentType", ""), found["ETag"].strip('"')
        )

    def delete(self, key: str) -> None:
        """Remove an object; it is no error if there is none."""
        with explained(f"delete {key}"):
            self._client.delete_object(Bucket=self.bucket, Key=key)

    def keys(self, prefix: str, *, count_max: int = 1_000) -> list[str]:
        """The first keys, in order, that begin with the prefix; at most 1,000."""
        return [listed.key for listed in self.objects(prefix, count_max=count_max)]

    def objects(self, prefix: str, *, after: str = "", count_max: int = 1_000) -> list[ListedObject]:
        """The first objects, in the order of their keys, that begin with the prefix and come after a key; at most 1,000."""
        place = {"StartAfter": after} if after else {}
        with explained(f"list {prefix}"):
            found = self._client.list_objects_v2(
                Bucket=self.bucket, Prefix=prefix, MaxKeys=count_max, **place
            )
        return [ListedObject(entry["Key"], entry["LastModified"]) for entry in found.get("Contents", [])]

    def presign_get(self, key: str, *, expires_seconds: int) -> SignedRequest:
        """A request that reads an object."""
        return self._presign("GET", "get_object", {"Key": key}, {}, expires_seconds)

    def presign_put(
        self, key: str, *, content_type: str, size: int, sha256: bytes, expires_seconds: int
    ) -> SignedRequest:
        """A request that stores exactly the announced bytes: type, length and SHA-256 are part of the signature."""
        checksum = b64encode(sha256).decode()
        parameters = {
            "Key": key,
            "ContentType": content_type,
            "ContentLength": size,
            "ChecksumSHA256": checksum,
        }
        headers = {
            "Content-Type": content_type,
            "Content-Length": str(size),
            "x-amz-checksum-sha256": checksum,
        }
        return self._presign("PUT", "put_object", parameters, headers, expires_seconds)

    def presign_post(
        self,
        key: str,
        *,
        content_type: str,
        size_max: int,
        expires_seconds: int,
        size_min: int = 1,
        sha256: bytes | None = None,
    ) -> SignedRequest:
        """A form that stores one object of the type, of `size_min` to `size_max` bytes, under the key; with a SHA-256, only those bytes."""
        fields = {"Content-Type": content_type}
        if sha256 is not None:
            fields["x-amz-checksum-sha256"] = b64encode(sha256).decode()
        conditions: list[Any] = [["content-length-range", size_min, size_max]]
        conditions += [{name: value} for name, value in fields.items()]
        with explained(f"sign a form for {key}"):
            form = self._signer.generate_presigned_post(
                self.bucket, key, Fields=fields, Conditions=conditions, ExpiresIn=expires_seconds
            )
        return SignedRequest("POST", form["url"], fields=form["fields"])

    def begin_parts(self, key: str, *, content_type: str) -> str:
        """Let an object be sent in parts: the store's name for them."""
        with explained(f"begin {key}"):
            begun = self._client.create_multipart_upload(
                Bucket=self.bucket, Key=key, ContentType=content_type
            )
        return begun["UploadId"]

    def presign_part(
        self, key: str, parts_id: str, number: int, *, size: int, expires_seconds: int
    ) -> SignedRequest:
        """A request that stores one part of exactly this size, in place of one that was sent before."""
        parameters = {"Key": key, "UploadId": parts_id, "PartNumber": number, "ContentLength": size}
        headers = {"Content-Length": str(size)}
        return self._presign("PUT", "upload_part", parameters, headers, expires_seconds)

    def parts(self, key: str, parts_id: str) -> list[StoredPart]:
        """The parts that have been sent, in order, each as it was sent last. Raises ObjectMissing where they are put together or dropped."""
        listed: list[ListedPart] = []
        marker: int | None = 0
        while marker is not None:
            with explained(f"list the parts of {key}"):
                found = self._client.list_parts(
                    Bucket=self.bucket, Key=key, UploadId=parts_id, PartNumberMarker=marker
                )
            listed += found.get("Parts", [])
            following = found.get("NextPartNumberMarker", 0) if found.get("IsTruncated") else 0
            marker = following if following > marker else None
        return last_sent(listed)

    def join_parts(self, key: str, parts_id: str, parts: Sequence[StoredPart]) -> None:
        """Put an object together from its parts. Raises ObjectMissing where that has been done, or they were dropped."""
        named = [{"PartNumber": part.number, "ETag": part.etag} for part in parts]
        with explained(f"put {key} together"):
            self._client.complete_multipart_upload(
                Bucket=self.bucket, Key=key, UploadId=parts_id, MultipartUpload={"Parts": named}
            )

    def drop_parts(self, key: str, parts_id: str) -> None:
        """Give up an object that is sent in parts; it is no error if there is none."""
        with suppress(ObjectMissing), explained(f"give {key} up"):
            self._client.abort_multipart_upload(Bucket=self.bucket, Key=key, UploadId=parts_id)

    def unfinished(self, prefix: str) -> list[UnfinishedObject]:
        """Objects whose keys begin with the prefix and whose parts are being sent; at most 1,000."""
        with explained(f"list what is sent in parts under {prefix}"):
            found = self._client.list_multipart_uploads(Bucket=self.bucket, Prefix=prefix, MaxUploads=1_000)
        return [
            UnfinishedObject(one["Key"], one["UploadId"], one["Initiated"])
            for one in found.get("Uploads", [])
        ]

    def _presign(
        self,
        method: str,
        operation: str,
        parameters: dict[str, Any],
        headers: dict[str, str],
        expires_seconds: int,
    ) -> SignedRequest:
        with explained(f"sign a request for {parameters['Key']}"):
            target = {"Bucket": self.bucket, **parameters}
            url = self._signer.generate_presigned_url(operation, Params=target, ExpiresIn=expires_seconds)
        return SignedRequest(method, url, headers)

    def has_bucket(self) -> bool:
        """Whether the bucket is there."""
        try:
            with explained(f"look for the bucket {self.bucket}"):
                self._client.head_bucket(Bucket=self.bucket)
        except ObjectMissing:
            return False
        return True

    def ensure_bucket(self) -> bool:
        """Make the bucket if it is not there; whether it was made now."""
        if self.has_bucket():
            return False
        # The first region is the default one, which may not be named.
        place = {} if self.region == "us-east-1" else {"LocationConstraint": self.region}
        optional = {"CreateBucketConfiguration": place} if place else {}
        with explained(f"make the bucket {self.bucket}"):
            self._client.create_bucket(Bucket=self.bucket, **optional)
        return True

    def set_cors(self, origins: Sequence[str]) -> None:
        """Let pages of these origins send presigned requests to the bucket."""
        rule = {
            "AllowedOrigins": list(origins),
            "AllowedMethods": ["GET", "HEAD", "PUT", "POST"],
            "AllowedHeaders": ["*"],
            "ExposeHeaders": ["ETag"],
            "MaxAgeSeconds": CORS_SECONDS_MAX,
        }
        with explained(f"set the CORS rules of the bucket {self.bucket}"):
            self._client.put_bucket_cors(Bucket=self.bucket, CORSConfiguration={"CORSRules": [rule]})

    def close(self) -> None:
        """Close the connections, where there are any."""
        for name in ("_client", "_signer"):
            if name in self.__dict__:
                getattr(self, name).close()


class OpenObject:
    """An object that is being read. It holds a connection until it is closed."""

    def __init__(self, key: str, body: Any) -> None:  # botocore's body has no type
        self.key = key
        self._body = body

    def read(self, bytes_max: int) -> bytes:
        """The next bytes; none at the end."""
        with explained(f"read {self.key}"):
            return self._body.read(bytes_max)

    def close(self) -> None:
        """Give the connection back."""
        self._body.close()


def make_client(
    settings: Settings, endpoint: str | None
) -> Any:  # botocore makes its clients' methods at run time
    """An S3 client for an endpoint: Amazon's where it is None. Without keys, the machine's own role is used."""
    from botocore.config import Config  # noqa: PLC0415  (as said above)
    from botocore.session import Session  # noqa: PLC0415

    config = Config(
        signature_version="s3v4",
        s3={"addressing_style": "path" if settings.s3_path_style else "virtual"},
        request_checksum_calculation=settings.s3_checksums,
        response_checksum_validation=settings.s3_checksums,
        connect_timeout=5,
        read_timeout=30,
        max_pool_connections=32,
        retries={"mode": "standard", "max_attempts": 3},
        # A proxy for the way out of the house cannot reach this very machine.
        proxies={} if is_loopback(endpoint) else None,
    )
    # With keys of our own, a profile of the operator's shell has no say: it may not even exist.
    session = Session(session_vars=None if settings.s3_access_key is None else {"profile": NO_PROFILE})
    session.register_component("data_loader", _descriptions(session.get_config_variable("data_path")))
    secret = settings.s3_secret_key.get_secret_value() if settings.s3_secret_key else None
    return session.create_client(
        "s3",
        region_name=settings.s3_region,
        endpoint_url=endpoint,
        aws_access_key_id=settings.s3_access_key,
        aws_secret_access_key=secret,
        config=config,
    )


@cache
def _descriptions(data_path: str | None) -> Any:
    """What botocore knows of S3: to read it takes ten times as long as the rest of a client, and it is the same for all."""
    from botocore.loaders import create_loader  # noqa: PLC0415  (as said above)

    return create_loader(data_path)


@contextmanager
def explained(action: str) -> Generator[None]:
    """Turn the client's errors into ours: what was tried and the store's answer, without a key or a signed URL."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415  (as said above)

    try:
        yield
    except ClientError as error:
        answer = error.response.get("Error", {})
        code = str(answer.get("Code", "unknown"))
        if code in ("404", "NoSuchKey", "NoSuchUpload", "NotFound"):
            raise ObjectMissing(f"The store has nothing there (it was asked to {action}).") from error
        raise Unavailable(
            f"The store refused to {action}: {code} {answer.get('Message', '')}".rstrip(". ") + "."
        ) from error
    except BotoCoreError as error:
        raise Unavailable(f"The store does not answer (to {action}): {error}") from error
