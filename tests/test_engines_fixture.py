"""The fixtures that all other tests stand on."""

import psycopg
import pytest

from cms.assets.storage import Storage
from cms.config import Settings


@pytest.mark.parametrize("round", range(4))
def test_a_worker_has_a_database_and_a_bucket_of_its_own(
    settings: Settings, worker_name: str, round: int
) -> None:
    assert settings.database_url is not None
    with psycopg.connect(settings.database_url.get_secret_value()) as connection:
        assert connection.execute("SELECT current_database()").fetchone() == (f"kiosque_{worker_name}",)
    storage = Storage(settings)
    storage.put(f"round/{round}", b"kept", content_type="text/plain")
    assert storage.get(f"round/{round}") == b"kept"
    assert settings.s3_bucket == f"kiosque-{worker_name}"
    storage.close()
