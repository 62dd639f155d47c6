"""docs/settings.md says what `cms/config.py` says."""

import pytest

from cms.config import PROJECT_ROOT, Settings
from cms.settings_page import settings_page


def test_the_page_is_the_one_that_the_settings_make() -> None:
    assert (PROJECT_ROOT / "docs/settings.md").read_text() == settings_page(), "run “make docs”"


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_described_in_a_sentence(name: str) -> None:
    description = Settings.model_fields[name].description or ""
    assert description[:1].isupper()
    assert description.endswith((".", ")"))


def test_a_large_number_may_be_written_with_underscores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPLOAD_BYTES_MAX", "50_000_000")
    assert Settings().upload_bytes_max == 50_000_000  # pyright: ignore[reportCallIssue]  (the environment fills the fields)
