"""Pictures from the old site, over the network: public addresses only, bounded in size and time."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import BinaryIO

import httpx
from httpx_secure import SSRFProtectionError

from cms.assets.fetching import PUBLIC, AddressRefused, NotPublic, Reach, guarded_client
from cms.assets.files import waiting_room
from cms.importing.missing import PictureMissing

SECONDS_MAX = 60
_HEADERS = {"User-Agent": "Kiosque (import of a newsroom's own pictures)", "Accept": "image/*"}


class WebPictures:
    """Fetches pictures. An export names any address it likes, so only hosts of the public internet are asked, on any port."""

    def __init__(self, *, bytes_max: int, reach: Reach = PUBLIC) -> None:
        self._bytes_max = bytes_max
        self._client = guarded_client(reach, headers=_HEADERS)

    @asynccontextmanager
    async def having(self, url: str) -> AsyncGenerator[Path]:
        """The file at an address, gone after the block. Raises PictureMissing with the reason."""
        with waiting_room() as target:
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
        except (NotPublic, SSRFProtectionError) as error:
            raise PictureMissing("its address is not on the public internet") from error
        except TimeoutError as error:
            raise PictureMissing(f"the old site took more than {SECONDS_MAX} seconds") from error
        except (AddressRefused, httpx.HTTPError, httpx.InvalidURL) as error:
            raise PictureMissing(f"the old site did not answer ({type(error).__name__})") from error

    async def _receive(self, response: httpx.Response, file: BinaryIO) -> None:
        received = 0
        async for piece in response.aiter_bytes():
            received += len(piece)
            if received > self._bytes_max:
                raise PictureMissing(f"it has more than {self._bytes_max:,} bytes, which are the most here")
            file.write(piece)
