"""From the Markdown that somebody wrote to the body that a version keeps."""

import asyncio

from cms.articles.content import BodyContent
from cms.body import DerivedBody, derive_body
from cms.checks import Checks
from cms.errors import Invalid
from cms.ids import key_of
from cms.picture_parts import SHARE_MIN
from cms.texts import clean_text

SHORT_CHARACTERS = 8_000
"""A body of so many characters takes some two milliseconds; to go to a thread and back costs more than others would gain by it."""


async def derive_content(markdown: str, *, locale: str, characters_max: int) -> BodyContent:
    """The body with all that is derived from it. Raises Problems that name every reference that is none, or Invalid."""
    cleaned = clean_text(markdown, "body", characters_max=characters_max)
    derived = await _derived(cleaned, locale)
    checks = Checks()
    for reference in derived.malformed_references:
        checks.add(
            Invalid(
                f"“{reference[:200]}” in the body is no reference; write “asset:asset_…” or “article:article_…”, with an id; a part of a picture is “asset:asset_…#xywh=percent:x,y,width,height”, which must lie inside it and be at least {SHARE_MIN * 100:g} wide and high.",
                "body",
            )
        )
    checks.finish()
    return _content(derived)


async def _derived(markdown: str, locale: str) -> DerivedBody:
    if len(markdown) <= SHORT_CHARACTERS:
        return derive_body(markdown, locale=locale)
    # Off the event loop: a long body takes a while.
    return await asyncio.to_thread(derive_body, markdown, locale=locale)


def _content(derived: DerivedBody) -> BodyContent:
    return BodyContent(
        markdown=derived.markdown,
        html=derived.html,
        text=derived.text,
        blocks=derived.blocks,
        outline=derived.outline,
        word_count=derived.word_count,
        reading_minutes=derived.reading_minutes,
        asset_ids=frozenset(key_of("asset", reference) for reference in derived.asset_references),
        article_ids=frozenset(key_of("article", reference) for reference in derived.article_references),
    )
