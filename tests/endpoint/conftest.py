"""The endpoint under test: a desk to look at, and a client without a socket."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.endpoint.sample import Desk, app_with, client_of


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
async def client(desk: Desk) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app_with(desk, page=True)) as client:
        yield client
