"""The rules for locales."""

import pytest

from cms.errors import Invalid
from cms.locales import clean_locale


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("EN", "en"),
        ("fr-ca", "fr-CA"),
        (" ZH-hant-tw ", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("de-CH-1901", "de-CH-1901"),
        ("sl-rozaj-biske", "sl-rozaj-biske"),
        ("zh-cmn-Hans-CN", "zh-cmn-Hans-CN"),
        ("en-US-u-islamcal", "en-US-u-islamcal"),
        ("de-x-OWN", "de-x-own"),
        ("rm-Sursilv", "rm-sursilv"),
    ],
)
def test_a_well_formed_tag_gets_its_usual_case(given: str, kept: str) -> None:
    assert clean_locale(given, "locale") == kept


@pytest.mark.parametrize(
    "given",
    ["", "e", "en_US", "en-", "-en", "x-own", "français", "en-a", "123", "en-us-", "a" * 36, "en\x00"],
)
def test_what_is_not_well_formed_is_refused(given: str) -> None:
    with pytest.raises(Invalid) as refused:
        clean_locale(given, "locale")
    assert refused.value.path == ["locale"]
