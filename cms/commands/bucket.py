"""`cms bucket`: make the bucket ready for Kiosque."""

from cms.assets.storage import Storage
from cms.commands.console import say
from cms.commands.options import DataDir, settings_of


def bucket(data_dir: DataDir = None) -> None:
    """Make the bucket if there is none, and let pages of CORS_ORIGINS upload into it. The key must be allowed to do both."""
    with settings_of(data_dir, needs=["seaweedfs"]) as settings:
        storage = Storage(settings)
        try:
            storage.ensure_bucket()
            storage.set_cors(settings.cors_origins)
        finally:
            storage.close()
        say(f"The bucket {settings.s3_bucket} is ready.")
