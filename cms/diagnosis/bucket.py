"""Checks of the bucket: each request that Kiosque or a browser will make is really made."""

from collections.abc import Callable
from functools import partial
from hashlib import sha256
from uuid import uuid4

import httpx

from cms.assets.hosts import is_loopback
from cms.assets.storage import SignedRequest, Storage
from cms.config import Settings
from cms.diagnosis.checks import Check, Fault, Finding
from cms.errors import Unavailable

SAMPLE = b"Kiosque was here.\n"
TYPE = "text/plain"
EXPIRES_SECONDS = 60
KEYS_CURE = (
    "Check S3_ENDPOINT, S3_BUCKET, S3_REGION, S3_ACCESS_KEY and S3_SECRET_KEY, and what the key may do."
)
SIGN_CURE = (
    "Check S3_PUBLIC_ENDPOINT: presigned requests are signed for it, and it must lead to the same store."
)
CORS_CURE = "Let the bucket's CORS rules allow GET, HEAD, PUT and POST with any header from the origins in CORS_ORIGINS."


def examine_bucket(settings: Settings) -> list[Finding]:
    """Everything about the bucket, which is left as it was; only the first line if there is none."""
    storage = Storage(settings)
    exists = Check("bucket exists", partial(find_bucket, storage), KEYS_CURE).find()
    if exists.cure:
        return [exists]
    key = f"doctor/{uuid4()}"
    public = settings.s3_public_endpoint or settings.s3_endpoint
    with httpx.Client(timeout=10, trust_env=not is_loopback(public)) as client:
        findings = [check.find() for check in checks(storage, client, key, settings)]
    storage.close()
    return [exists, *findings]


def checks(storage: Storage, client: httpx.Client, key: str, settings: Settings) -> list[Check]:
    """The checks in their order: the later ones need what the first stores."""
    preflights = [
        Check(f"CORS from {origin}", partial(find_cors, storage, client, key, page_of(origin)), CORS_CURE)
        for origin in settings.cors_origins
    ]
    return [
        Check("bucket: store", partial(find_put, storage, key), KEYS_CURE),
        Check("bucket: read", partial(find_get, storage, key), KEYS_CURE),
        Check("bucket: presigned GET", partial(find_signed_get, storage, client, key), SIGN_CURE),
        Check("bucket: presigned PUT", partial(find_signed_put, storage, client, key), SIGN_CURE),
        Check("bucket: presigned POST", partial(find_signed_post, storage, client, key), SIGN_CURE),
        *preflights,
        Check("bucket: closed to strangers", partial(find_closed, storage, client, key), KEYS_CURE),
        Check("bucket: delete", partial(find_delete, storage, key), KEYS_CURE),
    ]


def find_bucket(storage: Storage) -> str:
    """Look for the bucket. Raises Fault if there is none."""
    if not storage.has_bucket():
        raise Fault(f"no {storage.bucket}", "Make the bucket, or name another one in S3_BUCKET.")
    return storage.bucket


def find_put(storage: Storage, key: str) -> str:
    """Store an object."""
    storage.put(key, SAMPLE, content_type=TYPE)
    return f"{len(SAMPLE)} bytes"


def find_get(storage: Storage, key: str) -> str:
    """Read it back."""
    if storage.get(key) != SAMPLE:
        raise Fault(
            "other bytes than were stored", "Look for a proxy or a cache between Kiosque and the store."
        )
    return "the same bytes"


def find_signed_get(storage: Storage, client: httpx.Client, key: str) -> str:
    """Read it with nothing but a signed URL."""
    answer = send(client, storage.presign_get(key, expires_seconds=EXPIRES_SECONDS))
    if answer.content != SAMPLE:
        raise Fault("other bytes than were stored", SIGN_CURE)
    return "the same bytes"


def find_signed_put(storage: Storage, client: httpx.Client, key: str) -> str:
    """Store with a signed URL."""
    digest = sha256(SAMPLE).digest()
    request = storage.presign_put(
        f"{key}-put", content_type=TYPE, size=len(SAMPLE), sha256=digest, expires_seconds=EXPIRES_SECONDS
    )
    return stored_by(storage, f"{key}-put", lambda: send(client, request, content=SAMPLE))


def find_signed_post(storage: Storage, client: httpx.Client, key: str) -> str:
    """Store with a signed form."""
    request = storage.presign_post(
        f"{key}-post", content_type=TYPE, size_max=len(SAMPLE), expires_seconds=EXPIRES_SECONDS
    )
    return stored_by(storage, f"{key}-post", lambda: send(client, request, form=SAMPLE))


def stored_by(storage: Storage, key: str, upload: Callable[[], httpx.Response]) -> str:
    """Upload, see that the object is there, remove it. Raises Fault if it is not."""
    upload()
    if (found := storage.head(key)) is None or found.size != len(SAMPLE):
        raise Fault("accepted, but not in the bucket", SIGN_CURE)
    storage.delete(key)
    return f"{found.size} bytes"


def send(
    client: httpx.Client, request: SignedRequest, *, content: bytes | None = None, form: bytes | None = None
) -> httpx.Response:
    """Send a signed request as a browser would. Raises Unavailable if it is refused."""
    files = None if form is None else {"file": ("sample.txt", form, TYPE)}
    answer = client.request(
        request.method,
        request.url,
        headers=request.headers,
        content=content,
        data=request.fields,
        files=files,
    )
    if not answer.is_success:
        raise Unavailable(f"{request.method} was answered with {answer.status_code} {answer.reason_phrase}")
    return answer


def page_of(origin: str) -> str:
    """An origin to ask for: any will do where all are allowed."""
    return "https://example.org" if origin == "*" else origin


def find_cors(storage: Storage, client: httpx.Client, key: str, origin: str) -> str:
    """Ask what a browser asks before it uploads from a page of the origin. Raises Fault unless the answer allows it."""
    url = storage.presign_get(key, expires_seconds=EXPIRES_SECONDS).url
    for method in ("PUT", "POST", "GET"):
        headers = {
            "Origin": origin,
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": "content-type,x-amz-checksum-sha256",
        }
        answer = client.options(url.split("?")[0], headers=headers)
        if answer.headers.get("access-control-allow-origin") not in ("*", origin):
            raise Fault(f"{method} is not allowed ({answer.status_code})", CORS_CURE)
    return "PUT, POST and GET are allowed"


def find_closed(storage: Storage, client: httpx.Client, key: str) -> str:
    """Try to store without a signature. Raises Fault if the store lets that happen."""
    url = storage.presign_get(f"{key}-stranger", expires_seconds=EXPIRES_SECONDS).url
    answer = client.put(url.split("?")[0], content=SAMPLE)
    if answer.is_success:
        storage.delete(f"{key}-stranger")
        raise Fault("anybody can store objects", "Take public write access away from the bucket's policy.")
    return f"an unsigned PUT is refused ({answer.status_code})"


def find_delete(storage: Storage, key: str) -> str:
    """Remove the object."""
    storage.delete(key)
    if storage.head(key) is not None:
        raise Fault("the object is still there", KEYS_CURE)
    return "the object is gone"
