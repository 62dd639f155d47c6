"""Files from addresses that somebody names: only hosts of the public internet are asked, bounded in bytes, time and redirects.

Every hop is judged twice. First by its URL, and by all addresses that its name leads to; then, by httpx-secure, the address that is really
connected to, so that a name which leads elsewhere a moment later is refused, too. Whoever names an address inside the house learns the same as
of one where nobody answers.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit, urlunsplit

from cms.assets.files import Intake, ReceivedFile
from cms.errors import Invalid

if TYPE_CHECKING:
    # The client takes a while to import: it is, when something is fetched.
    import httpx

Address = IPv4Address | IPv6Address
REDIRECTS_MAX = 5
STEP_SECONDS_MAX = 10
AT_ONCE_MAX = 4
UNREACHED = "No host of the public internet answers at this address."
# Where IPv6 is given out (RFC 4291, section 2.4), and what there, or outside of it, leads to IPv4 (RFC 3056, RFC 6052).
_GIVEN_OUT, _SIX_TO_FOUR = IPv6Network("2000::/3"), IPv6Network("2002::/16")
# Special purposes that not every Python knows (RFC 6890, RFC 7526).
_SPECIAL = (IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"))
_TRANSLATED = IPv6Network("64:ff9b::/96")
_HEADERS = {"User-Agent": "Kiosque (fetches a picture for a newsroom)", "Accept": "image/*"}
_TURNS = asyncio.Semaphore(AT_ONCE_MAX)


class AddressRefused(Exception):
    """An address that is not asked, and why."""


class NotPublic(AddressRefused):
    """The host is not one of the public internet, or there is none."""


def is_public(address: Address) -> bool:
    """Whether an address is one of the public internet, and leads nowhere else by translation."""
    if isinstance(address, IPv6Address):
        if address in _TRANSLATED:
            return is_public(IPv4Address(address.packed[-4:]))
        return address.is_global and address in _GIVEN_OUT and address not in _SIX_TO_FOUR
    return address.is_global and not address.is_multicast and not any(address in one for one in _SPECIAL)


async def resolved(host: str, port: int) -> Sequence[str]:
    """All addresses that a host's name leads to, numbers in any notation included. Raises OSError or UnicodeError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


@dataclass(frozen=True)
class Reach:
    """Which addresses may be asked, and what a name leads to."""

    allows: Callable[[Address], bool] = is_public
    resolve: Callable[[str, int], Awaitable[Sequence[str]]] = resolved


PUBLIC = Reach()


def guarded_client(
    reach: Reach, *, ports: Collection[int] | None = None, headers: dict[str, str] | None = None
) -> "httpx.AsyncClient":
    """A client that asks no host outside of `reach`, by no redirect either; `ports` of None are all. Raises AddressRefused, or what httpx raises."""
    import httpx  # noqa: PLC0415  (as said above)
    from httpx_secure import httpx_ssrf_protection  # noqa: PLC0415

    async def check(request: "httpx.Request") -> None:
        await _check(request.url, reach, ports)

    def allows(_: str, address: Address, __: int) -> bool:
        return reach.allows(address)

    client = httpx.AsyncClient(
        follow_redirects=True,
        max_redirects=REDIRECTS_MAX,
        timeout=httpx.Timeout(STEP_SECONDS_MAX),
        headers=headers or _HEADERS,
        verify=_trusted(),
        event_hooks={"request": [check]},
        # A proxy of the environment would be asked in the guard's place.
        trust_env=False,
    )
    return httpx_ssrf_protection(client, check_globally_reachable=False, custom_validator=allows)


async def fetch(
    url: str, target: Path, *, reach: Reach, bytes_max: int, seconds_max: float, ports: Collection[int]
) -> ReceivedFile:
    """Copy what is at an address into a file. Raises Invalid, naming `url`, with what went wrong outside; nothing of what is inside."""
    import httpx  # noqa: PLC0415  (as said above)
    from httpx_secure import SSRFProtectionError  # noqa: PLC0415

    headers = {**_HEADERS, "Accept-Encoding": "identity"}
    try:
        async with (
            asyncio.timeout(seconds_max),
            _TURNS,
            guarded_client(reach, ports=ports, headers=headers) as client,
            client.stream("GET", url) as response,
        ):
            return await _receive(response, target, bytes_max)
    except AddressRefused as error:
        raise Invalid(str(error), "url") from error
    except (SSRFProtectionError, httpx.ConnectError, httpx.ConnectTimeout, httpx.InvalidURL) as error:
        raise Invalid(UNREACHED, "url") from error
    except TimeoutError as error:
        raise Invalid(
            f"Fetching the file took more than {seconds_max:g} seconds, which are the most.", "url"
        ) from error
    except httpx.TooManyRedirects as error:
        raise Invalid(f"The address leads on more than {REDIRECTS_MAX} times.", "url") from error
    except httpx.HTTPError as error:
        raise Invalid("The host broke off, or answered what is no HTTP.", "url") from error


def filename_in(url: str) -> str:
    """The name that an address gives its file; some name, if it gives none."""
    return unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2].strip(". ") or "picture"


def shown_url(url: str) -> str:
    """An address as it may be shown: without its query, which may hold a key."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))


async def _check(url: "httpx.URL", reach: Reach, ports: Collection[int] | None) -> None:
    if url.scheme not in ("http", "https"):
        raise AddressRefused("The address must begin with http: or https:, and lead nowhere else.")
    if url.userinfo:
        raise AddressRefused("An address with a user's name or password in it is not asked.")
    port = url.port or (443 if url.scheme == "https" else 80)
    if ports is not None and port not in ports:
        named = ", ".join(map(str, sorted(ports)))
        raise AddressRefused(f"Files are not fetched from port {port}, but from {named}.")
    try:
        found = [ip_address(text) for text in await reach.resolve(url.host, port)]
    except (OSError, UnicodeError, ValueError) as error:
        raise NotPublic(UNREACHED) from error
    if not found or not all(map(reach.allows, found)):
        raise NotPublic(UNREACHED)


async def _receive(response: "httpx.Response", target: Path, bytes_max: int) -> ReceivedFile:
    if not response.is_success:
        raise Invalid(f"The host answered {response.status_code}, and no file.", "url")
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise Invalid("The host sends the file compressed, although it was asked not to.", "url")
    with Intake(target, "url", bytes_max=bytes_max) as intake:
        intake.expect(response.headers.get("content-length"))
        async for piece in response.aiter_raw():
            intake.write(piece)
    return intake.received


@lru_cache(maxsize=1)
def _trusted() -> ssl.SSLContext:
    """What certificates are checked against: read once, because that takes as long as fetching a picture."""
    import httpx  # noqa: PLC0415  (as said above)

    return httpx.create_ssl_context(trust_env=False)
