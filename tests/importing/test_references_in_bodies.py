"""Which references of a body are pictures, and addresses that are safe in Markdown."""

import pytest

from cms.importing.bodies import is_image_target, safe_address

TARGET = "import-asset:key"


@pytest.mark.parametrize(
    ("markdown", "is_image"),
    [
        (f"![alt]({TARGET})", True),
        (f"[text]({TARGET})", False),
        (f"[![alt](https://x.example)]({TARGET})", False),
        (f"[![alt]({TARGET})](https://x.example)", True),
        (f"![a [b] c]({TARGET})", True),
        (f"![a \\] c]({TARGET})", True),
        (f"\\![a]({TARGET})", False),
        (f"\\\\![a]({TARGET})", True),
        (f"prose {TARGET}", False),
        (f"]({TARGET}", False),
    ],
)
def test_a_target_is_an_image_if_its_label_is(markdown: str, is_image: bool) -> None:
    assert is_image_target(markdown, markdown.index(TARGET)) is is_image


def test_an_address_ends_no_target() -> None:
    assert (
        safe_address('https://x.example/a (b) "c"\n<d>?e=%20')
        == "https://x.example/a%20%28b%29%20%22c%22%0A%3Cd%3E?e=%20"
    )
