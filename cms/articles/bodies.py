"""From the Markdown that somebody wrote to the body that a version keeps."""

import asyncio

from cms.articles.content import BodyContent
from cms.body import DerivedBody, derive_body
from cms.checks import Checks
from cms.errors import Invalid
from cms.ids import key_of
from cms.texts import clean_text


async def derive_content(markdown: str, *, locale: str, characters_max: int) -> BodyContent:
    """The body with all that is derived from it. Raises Problems that name every reference that is none, or Invalid."""
    cleaned = clean_text(markdown, "body", characters_max=characters_max)
    # Off the event loop: a long body takes a while.
    derived = await asyncio.to_thread(derive_body, cleaned, locale=locale)
    checks = Checks()
    for reference in derived.malformed_references:
        checks.add(
            Invalid(
                f"“{reference[:200]}” in the body is no reference; write “asset:asset_…” or “article:article_…”, with an id.",
                "body",
            )
        )
    checks.finish()
    return _content(derived)


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
