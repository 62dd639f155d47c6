"""Search: language-aware (words by their stems, accents aside), and by piece of text in scripts without spaces between words."""

import re
from typing import Any

from sqlalchemy import ColumnElement, Float, Text, case, cast, func, literal, or_, select
from sqlalchemy.dialects.postgresql import REGCONFIG, TSQUERY

from cms.articles import tables
from cms.errors import BadInput
from cms.reading.entities import Columns, Scope
from cms.reading.filters import pattern
from cms.reading.sources import Arguments, Facts
from cms.reading.values import bound, storable

QUERY_CHARACTERS_MAX = 300
_BETWEEN = " … "
# ts_headline puts these round what it found; no text holds them, because bodies are kept free of control characters.
_START, _STOP = "\x02", "\x03"
_HEADLINE = f'StartSel={_START}, StopSel={_STOP}, MaxFragments=2, MaxWords=24, MinWords=8, FragmentDelimiter="{_BETWEEN}"'
# Scripts that are written without spaces: Han, kana, Bopomofo, Thai, Lao, Khmer, Myanmar; and Hangul, whose words carry endings.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3040-\u312f\u3130-\u318f\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
)


def found_by(child: Columns, arguments: Arguments, scope: Scope) -> ColumnElement[bool]:
    """The articles that the query finds, each in the language of its locale."""
    query = bound(arguments["query"], Text(), _checked)
    locale = arguments.get("locale")
    found = _found_words(child, query, scope)
    piece = _piece(arguments)
    within = or_(
        func.lower(child["title"]).like(piece, escape="\\"),
        func.lower(child["body_text"]).like(piece, escape="\\"),
    )
    condition = or_(found, func.coalesce(within, literal(value=False)))
    return condition if locale is None else condition & (child["locale"] == bound(locale, Text()))


def _found_words(child: Columns, query: ColumnElement[Any], scope: Scope) -> ColumnElement[bool]:
    """On the live side one index scan a language; on the desk every version is looked at."""
    if not scope.perspective.is_published:
        return child["search"].op("@@")(_words(child["locale"], query))
    live, site = tables.live_article.alias("searched"), tables.site
    locales = select(func.unnest(site.c.locales).label("locale")).subquery("spoken")
    asked = select(locales.c.locale, _words(locales.c.locale, query).label("words")).subquery("asked")
    joined = asked.join(live, (live.c.locale == asked.c.locale) & live.c.search.op("@@")(asked.c.words))
    return child["id"].in_(select(live.c.id).select_from(joined))


def _words(locale: ColumnElement[Any], query: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.websearch_to_tsquery(func.search_config(locale, type_=REGCONFIG), query, type_=TSQUERY)


def _checked(query: str) -> str:
    if not query.strip() or len(query) > QUERY_CHARACTERS_MAX:
        raise BadInput(f"query has {len(query.strip())} characters; allowed are 1 to {QUERY_CHARACTERS_MAX}.")
    return storable(query)


def _piece(arguments: Arguments) -> ColumnElement[Any]:
    return bound(arguments["query"], Text(), _piece_pattern)


def _piece_pattern(query: str) -> str | None:
    words = query.strip().lower()
    return pattern(words, starts=False) if _UNSPACED.search(words) else None


def search_extras(child: Columns, arguments: Arguments) -> Columns:
    """The score of a hit, and what its snippet is made of."""
    query = bound(arguments["query"], Text(), storable)
    words, piece = _words(child["locale"], query), _piece(arguments)
    in_title = case((func.lower(child["title"]).like(piece, escape="\\"), 1.0), else_=0.0)
    in_text = case((func.lower(child["body_text"]).like(piece, escape="\\"), 0.1), else_=0.0)
    headline = func.ts_headline(
        func.search_config(child["locale"], type_=REGCONFIG),
        child["body_text"],
        words,
        _HEADLINE,
        type_=Text(),
    )
    around = func.substr(
        child["body_text"],
        func.greatest(1, func.strpos(func.lower(child["body_text"]), func.lower(func.btrim(query))) - 40),
        160,
    )
    return {
        "score": cast(func.ts_rank_cd(child["search"], words) + in_title + in_text, Float(53)),
        "headline": case((piece.is_not(None), around), else_=headline),
        "sought": cast(query, Text()),
    }


def snippet(_: Facts, headline: str, sought: str) -> str:
    """The headline as HTML: escaped, with what was found in `<mark>`."""
    if _START not in headline and _UNSPACED.search(sought):
        headline = re.sub(
            re.escape(sought.strip()),
            lambda found: f"{_START}{found[0]}{_STOP}",
            headline,
            flags=re.IGNORECASE,
        )
    escaped = headline.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return escaped.replace(_START, "<mark>").replace(_STOP, "</mark>")
