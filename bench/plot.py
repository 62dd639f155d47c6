"""A plot of the results: horizontal bars on a logarithmic scale, one group a query, as an SVG that needs nothing but a browser."""

from html import escape
from math import ceil, floor, log10

from bench.results import FOLDER, Json

PATH = FOLDER / "plot.svg"
_WIDTH, _LEFT, _RIGHT = 900, 170, 80
_BAR, _GAP, _HEAD, _TOP = 16, 5, 34, 44
_COLOURS = {
    "kiosque": "#b3123f",
    "constant": "#9aa0a6",
    "bare": "#3b6ea5",
    "strawberry": "#d98c2b",
    "postgraphile": "#4a8f57",
}
_STYLE = "font-family:system-ui,sans-serif;font-size:12px"


def write_plot(document: Json) -> None:
    """Write the plot beside the results."""
    PATH.write_text(plot(document))


def plot(document: Json) -> str:
    """The SVG."""
    groups = {name: query for name, query in document["queries"].items() if query["servers"]}
    rates = [row["requests_per_second"] for query in groups.values() for row in query["servers"].values()]
    low, high = floor(log10(min(rates))), ceil(log10(max(rates)))
    parts: list[str] = []
    y = _TOP
    for name, query in groups.items():
        drawn, height = _group(name, query, y, low, high)
        parts += drawn
        y += height
    title = f"Requests a second, one process, {document['articles']:,} articles (logarithmic)"
    head = f'<text x="10" y="22" font-weight="bold" font-size="15">{escape(title)}</text>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {y + 10}" style="{_STYLE}">'
        f'<rect width="100%" height="100%" fill="#fff"/>{head}{_lines(low, high, y)}{"".join(parts)}</svg>\n'
    )


def _group(name: str, query: Json, y: int, low: int, high: int) -> tuple[list[str], int]:
    parts = [f'<text x="10" y="{y + 16}" font-weight="bold">{escape(name)}: {escape(query["about"])}</text>']
    ranked = sorted(query["servers"].items(), key=lambda pair: -pair[1]["requests_per_second"])
    for number, (server, row) in enumerate(ranked):
        top = y + _HEAD - 8 + number * (_BAR + _GAP)
        parts.append(_bar(server, row["requests_per_second"], top, low, high))
    return parts, _HEAD + len(ranked) * (_BAR + _GAP) + 8


def _bar(server: str, rate: float, top: int, low: int, high: int) -> str:
    end = _x(log10(rate), low, high)
    colour = _COLOURS.get(server, _COLOURS.get(server.partition("-")[0], "#777"))
    return (
        f'<text x="{_LEFT - 8}" y="{top + 12}" text-anchor="end">{escape(server)}</text>'
        f'<rect x="{_LEFT}" y="{top}" width="{end - _LEFT:.1f}" height="{_BAR}" fill="{colour}"/>'
        f'<text x="{end + 5:.1f}" y="{top + 12}">{rate:,.0f}</text>'
    )


def _lines(low: int, high: int, bottom: int) -> str:
    return "".join(
        f'<line x1="{_x(power, low, high):.1f}" x2="{_x(power, low, high):.1f}" y1="{_TOP - 8}" y2="{bottom}" stroke="#e3e3e3"/>'
        f'<text x="{_x(power, low, high):.1f}" y="{_TOP - 10}" text-anchor="middle" fill="#777">{10**power:,}</text>'
        for power in range(low, high + 1)
    )


def _x(power: float, low: int, high: int) -> float:
    return _LEFT + (_WIDTH - _LEFT - _RIGHT) * (power - low) / max(high - low, 1)
