"""A library, a wet window and a stage."""

from cms.demo.drawings.svg import (
    HEIGHT,
    WIDTH,
    backdrop,
    chance,
    circle,
    clipped,
    document,
    ellipse,
    light,
    line,
    move,
    polygon,
    rect,
    ring,
    scatter,
    shape,
    stars,
    stroke,
)


def library() -> str:
    """Shelves, a ladder and a reading lamp at night."""
    return document(
        rect(0, 0, WIDTH, HEIGHT, "#2c1f33"),
        "".join(_shelf(row, 0, 520) + _shelf(row, 1080, WIDTH) for row in range(5)),
        _tall_window(),
        rect(506, 0, 18, HEIGHT, "#5b3a2e") + rect(1076, 0, 18, HEIGHT, "#5b3a2e"),
        _ladder(),
        rect(0, 880, WIDTH, 120, "#3a2530"),
        _desk(),
    )


def _shelf(row: int, start: float, end: float) -> str:
    tones = ("#c8553d", "#e0a458", "#3f7d7a", "#f1e0bd", "#6a4c7d", "#8fa76a", "#b5394b", "#4b6a9b")
    floor, x, n, books = 172 + row * 176, start + 6, 0, ""
    while x < end - 30:
        width, height = (
            20 + 24 * chance(row + 131, n + int(start)),
            96 + 52 * chance(row + 151, n + int(start)),
        )
        tone = tones[int(chance(row + 171, n + int(start)) * 8) % 8]
        if chance(row + 191, n + int(start)) > 0.1:
            books += rect(x, floor - height, width - 2, height, tone, radius=3) + rect(
                x + 3, floor - height + 16, width - 8, 6, "#2c1f33", opacity=0.35
            )
        x, n = x + width, n + 1
    return (
        rect(start, floor - 158, end - start, 158, "#3a2530")
        + books
        + rect(start, floor, end - start, 18, "#6e4735")
    )


def _tall_window() -> str:
    outline = shape("M600,760V330a200,200 0 0 1 400,0V760Z", "#000")
    view = (
        backdrop("midnight", "#0e1a40", "#24386f", "#6f6aa5")
        + stars(90, 640, "#fff4d6", seed=15)
        + circle(870, 300, 66, "#fbe9c0")
        + circle(896, 284, 58, "#152350")
        + "".join(rect(560 + n * 62, 640 + 60 * chance(135, n), 62, 200, "#101a3d") for n in range(8))
        + "".join(
            rect(572 + n * 31, 700 + 30 * chance(136, n), 9, 12, "#ffd27a")
            for n in range(15)
            if chance(137, n) > 0.5
        )
    )
    bars = line(800, 130, 800, 760, "#8a5a3c", 12) + "".join(
        line(600, y, 1000, y, "#8a5a3c", 10) for y in (330, 470, 615)
    )
    return (
        clipped("casement", outline, view)
        + bars
        + stroke("M600,760V330a200,200 0 0 1 400,0V760Z", "#8a5a3c", 22)
    )


def _ladder() -> str:
    rungs = "".join(line(-46, -n * 66, 46, -n * 66, "#d9a766", 11) for n in range(1, 12))
    return move(
        1290, 890, line(-46, 0, -46, -810, "#b9824a", 15), line(46, 0, 46, -810, "#b9824a", 15), rungs, turn=8
    )


def _desk() -> str:
    glow = light("shade", "#ffd98a") + circle(640, 730, 280, "url(#shade)")
    lamp = (
        line(640, 852, 640, 720, "#c99a4b", 12)
        + shape("M540,722q100,-116 200,0z", "#2f8a6f")
        + rect(600, 846, 80, 14, "#c99a4b", radius=7)
    )
    pages = shape("M760,852q60,-40 120,-8q60,-32 120,8z", "#fff4dc") + line(880, 846, 880, 852, "#c9b48c", 4)
    pile = "".join(
        rect(430 + dx, 828 - n * 26, 130, 26, tone, radius=4)
        for n, (dx, tone) in enumerate(((0, "#b5394b"), (10, "#e0a458"), (-6, "#4b6a9b")))
    )
    top = (
        rect(360, 854, 880, 30, "#a8713f", radius=8)
        + rect(400, 884, 30, 130, "#7a4f2c")
        + rect(1170, 884, 30, 130, "#7a4f2c")
    )
    return glow + lamp + pages + pile + top


def rain_window() -> str:
    """City lights through a wet window, and a cup on the sill."""
    lights = "".join(
        circle(
            x * WIDTH,
            180 + y * 600,
            24 + 56 * chance(141, n),
            ("#ffb454", "#ff7a59", "#7fc8d8", "#ffd98a", "#e85d75")[n % 5],
            opacity=0.16 + 0.34 * chance(142, n),
        )
        for n, (x, y) in enumerate(scatter(44, seed=6))
    )
    return document(
        backdrop("wet", "#141d3a", "#233963", "#3b4f7c", "#5a4f78"),
        "".join(
            rect(n * 118 - 20, 330 + 240 * chance(143, n), 110, 700, "#111a35", opacity=0.55)
            for n in range(14)
        ),
        lights,
        _drops(),
        rect(524, 0, 30, HEIGHT, "#e9dcc3")
        + rect(1046, 0, 30, HEIGHT, "#e9dcc3")
        + rect(0, 270, WIDTH, 24, "#e9dcc3"),
        rect(548, 0, 6, HEIGHT, "#bfae90")
        + rect(1070, 0, 6, HEIGHT, "#bfae90")
        + rect(0, 288, WIDTH, 6, "#bfae90"),
        rect(0, 850, WIDTH, 150, "#f3e8d2") + rect(0, 850, WIDTH, 14, "#cbb997"),
        _sill(),
    )


def _drops() -> str:
    drops = ""
    for n, (x, y) in enumerate(scatter(150, seed=9)):
        px, py, size = x * WIDTH, y * 850, 4 + 9 * chance(144, n) ** 2
        if chance(145, n) > 0.78:
            drops += line(px, py - 60 - 130 * chance(146, n), px, py, "#cfe3f2", size * 0.7, opacity=0.28)
        drops += ellipse(px, py, size, size * 1.25, "#d9ebf6", opacity=0.6) + circle(
            px - size * 0.3, py - size * 0.4, size * 0.28, "#ffffff"
        )
    return drops


def _sill() -> str:
    steam = "".join(
        stroke(f"M{x},700q-20,-34 0,-66q20,-32 0,-66", "#ffffff", 7, opacity=0.4) for x in (286, 330, 374)
    )
    cup = (
        ring(428, 796, 34, "#d9483b", 15)
        + shape("M236,728h188q0,130 -54,142h-80q-54,-12 -54,-142z", "#d9483b")
        + ellipse(330, 730, 94, 15, "#4a2c2a")
    )
    saucer = ellipse(330, 876, 150, 16, "#b93a30")
    cat = shape(
        "M1230,868q-40,-190 60,-250q-14,-60 -6,-96l40,34q22,-8 46,0l40,-34q10,50 -8,98q90,70 52,248z",
        "#1b1a2e",
    )
    tail = stroke("M1440,850q120,20 110,-90q-4,-40 -44,-36", "#1b1a2e", 30)
    return steam + cup + saucer + tail + cat


def theatre() -> str:
    """An empty chair, a ledger and a spotlight between red curtains."""
    return document(
        backdrop("stage", "#1a1026", "#2b1638", "#1a1026"),
        polygon([(720, 0), (880, 0), (1180, 820), (420, 820)], "#ffeec2", opacity=0.16),
        rect(0, 780, WIDTH, 220, "#5c3626"),
        "".join(
            line(800 + (x - 800) * 480 / 700, 780, x, 1000, "#40241b", 5, opacity=0.6)
            for x in range(-1600, 3200, 130)
        ),
        ellipse(800, 850, 400, 84, "#ffeec2", opacity=0.5),
        _chair(),
        "".join(_drape(n) for n in range(6)),
        "".join(_swag(x) for x in range(-20, WIDTH, 272)),
        rect(0, 968, WIDTH, 32, "#2a1620"),
        "".join(
            circle(x, 968, 22, "#ffd98a") + circle(x, 968, 44, "#ffd98a", opacity=0.18)
            for x in range(100, WIDTH, 200)
        ),
    )


def _chair() -> str:
    wood = "#d9a05b"
    back = rect(-84, -330, 20, 340, wood, radius=8) + rect(64, -330, 20, 340, wood, radius=8)
    rails = "".join(rect(-84, y, 168, 20, wood, radius=8) for y in (-322, -262, -202))
    seat = (
        rect(-104, -128, 208, 26, "#e9b876", radius=10)
        + rect(-100, -110, 18, 160, "#b97f3f", radius=6)
        + rect(82, -110, 18, 160, "#b97f3f", radius=6)
    )
    ledger = polygon([(-70, -128), (66, -128), (84, -152), (-52, -152)], "#f6e8c9") + rect(
        -72, -134, 140, 10, "#2c7a7b", radius=4
    )
    shadow = ellipse(30, 54, 180, 22, "#40241b", opacity=0.7)
    return move(800, 840, shadow, back, rails, seat, ledger)


def _drape(index: int) -> str:
    width = 74
    left = index * width - 30
    tone = "#b3263a" if index % 2 else "#8f1b30"
    sway = 60 * (5 - index) / 5
    path = f"M{left},0h{width}q{30},500 {-sway},980h-{width}q{sway},-480 0,-980z"
    return shape(path, tone) + move(WIDTH, 0, shape(path, tone), mirror=True)


def _swag(x: float) -> str:
    return (
        shape(f"M{x},-10h290q-20,210 -145,210t-145,-210z", "#c8324a")
        + stroke(f"M{x + 40},0q20,130 105,150q85,-20 105,-150", "#8f1b30", 9, opacity=0.7)
        + stroke(f"M{x},-4q20,206 145,206t145,-206", "#e9b44c", 10)
    )
