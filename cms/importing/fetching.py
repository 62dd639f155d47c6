"""Pictures from the old site, over the network: public addresses only, bounded in size and time."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

import httpx
from httpx_secure import SSRFProtectionError, httpx_ssrf_protection

from cms.importing.missing import PictureMissing

SECONDS_MAX = 60
REDIRECTS_MAX = 5
Guard = Callable[[httpx.AsyncClient], httpx.AsyncClient]
public_addresses: Guard = partial(httpx_ssrf_protection, check_globally_reachable=True)
_HEADERS = {"User-Agent": "Kiosque (import of a newsroom's own pictures)", "Accept": "image/*"}


class WebPictures:
    """Fetches pictures. An export names any address it likes, so the guard decides which hosts may be asked: public ones.

    The guard looks at the address that is really connected to, so neither a name nor a redirect leads into the house.
    """

    def __init__(self, *, bytes_max: int, guard: Guard = public_addresses) -> None:
        self._bytes_max = bytes_max
        self._client = guard(
            httpx.AsyncClient(
                follow_redirects=True,
                max_redirects=REDIRECTS_MAX,
                timeout=httpx.Timeout(15),
                headers=_HEADERS,
                # A proxy of the environment would be asked in the guard's place.
                trust_env=False,
            )
        )

    @asynccontextmanager
    async def having(self, url: str) -> AsyncGenerator[Path]:
        """The file at an address, gone after the block. Raises PictureMissing with the reason."""
        with TemporaryDirectory(prefix="kiosque-picture-") as folder:
            target = Path(folder) / "file"
            await self._fetch(url, target)
            yield target

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _fetch(self, url: str, target: Path) -> None:
        try:
            async with asyncio.timeout(SECONDS_MAX), self._client.stream("GET", url) as response:
                if not response.is_success:
                    raise PictureMissing(f"the old site answered {response.status_code}")
                with target.open("xb") as file:
                    await self._receive(response, file)
        except SSRFProtectionError as error:
            raise PictureMissing("its address is not on the public internet") from error
        except TimeoutError as error:
            raise PictureMissing(f"the old site took more than {SECONDS_MAX} seconds") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise PictureMissing(f"the old site did not answer ({type(error).__name__})") from error

    async def _receive(self, response: httpx.Response, file: BinaryIO) -> None:
        received = 0
        async for piece in response.aiter_bytes():
            received += len(piece)
            if received > self._bytes_max:
                raise PictureMissing(f"it has more than {self._bytes_max:,} bytes, which are the most here")
            file.write(piece)
