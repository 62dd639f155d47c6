"""Streets, stalls and roofs."""

from cms.demo.drawings.svg import (
    WIDTH,
    around,
    backdrop,
    chance,
    circle,
    document,
    ellipse,
    hills,
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


def sunday_bicycles() -> str:
    """Cyclists have a street to themselves."""
    return document(
        backdrop("sunday", "#8fd0d6", "#cfeadb", "#fdf0cf"),
        circle(280, 200, 90, "#ffe08a"),
        "".join(_facade(x, n) for n, x in enumerate(range(-60, WIDTH, 232))),
        _bunting(),
        rect(0, 690, WIDTH, 310, "#e7cfa6"),
        rect(0, 690, WIDTH, 34, "#f6ead0"),
        "".join(rect(x, 846, 120, 10, "#fff8e6", radius=5) for x in range(-40, WIDTH, 240)),
        _cyclist(300, 850, 1.0, ("#d9483b", "#27455c", "#e9b44c")),
        _cyclist(800, 930, 1.25, ("#2c7a7b", "#4a2c40", "#d9483b")),
        _cyclist(1330, 840, 0.95, ("#e9a23b", "#2b3a67", "#2c7a7b")),
    )


def _facade(x: float, index: int) -> str:
    wall = ("#e58f73", "#f2d49b", "#88b7a3", "#f4b6a0", "#c97b84", "#e9c46a", "#9fb4cc")[index % 7]
    shutter = ("#2f6690", "#7d4e57", "#36595c", "#3d5a80")[index % 4]
    top = 210 + 110 * chance(101, index)
    windows = ""
    for row in range(int((650 - top) / 130)):
        for dx in (36, 136):
            y = top + 50 + row * 124
            windows += rect(x + dx, y, 56, 80, "#fff6e0") + rect(x + dx + 5, y + 5, 46, 70, "#6f97a8")
            windows += rect(x + dx - 20, y, 18, 80, shutter) + rect(x + dx + 58, y, 18, 80, shutter)
    cornice = rect(x - 6, top - 18, 244, 22, "#fff6e0")
    return rect(x, top, 232, 500, wall) + cornice + windows + _door(x + 90, shutter)


def _door(x: float, colour: str) -> str:
    return rect(x, 596, 54, 94, colour, radius=6) + circle(x + 44, 646, 4, "#ffe08a")


def _bunting() -> str:
    flags = ""
    for n in range(33):
        x = n * 50
        y = 330 + 70 * (1 - (x / 800 - 1) ** 2)
        flags += polygon(
            [(x, y), (x + 40, y + 2), (x + 20, y + 46)], ("#d9483b", "#fff6e0", "#2c7a7b", "#e9b44c")[n % 4]
        )
    return stroke("M0,330Q800,470 1600,330", "#fff6e0", 4) + flags


def _cyclist(x: float, y: float, size: float, colours: tuple[str, str, str]) -> str:
    jersey, trousers, frame = colours
    wheels = "".join(_wheel(dx) for dx in (-104, 104))
    bars = stroke(
        "M-104,-62L-52,-150L64,-150L6,-62ZM-52,-150L6,-62M-60,-172L-40,-120M64,-150L104,-62M64,-150L56,-190L86,-196",
        frame,
        11,
    )
    saddle = rect(-88, -184, 54, 13, "#2a2a33", radius=6)
    legs = stroke("M-58,-196L14,-150L-2,-70L18,-62", trousers, 27) + line(6, -58, 30, -58, "#2a2a33", 18)
    torso = stroke("M-54,-206L-4,-298", jersey, 58) + stroke("M2,-286L34,-218L80,-200", jersey, 21)
    head = circle(30, -362, 34, "#c98b66") + shape("M-8,-368a38,38 0 0 1 76,-4l14,6h-88z", frame)
    basket = (
        rect(78, -176, 62, 44, "#a8713f", radius=6)
        + circle(94, -182, 14, "#d9483b")
        + circle(120, -182, 16, "#6fa876")
    )
    shadow = ellipse(0, 6, 190, 13, "#a88a5c", opacity=0.5)
    return move(x, y, shadow, wheels, bars, saddle, legs, torso, head, basket, scale=size)


def _wheel(x: float) -> str:
    spokes = "".join(
        line(x, -62, *around(x, -62, 58, a), "#5a5f6b", 2, opacity=0.7) for a in range(0, 360, 30)
    )
    return spokes + ring(x, -62, 60, "#2a2a33", 9) + circle(x, -62, 8, "#2a2a33")


def market_stalls() -> str:
    """Striped awnings and fruit before sunrise."""
    return document(
        backdrop("before", "#1f2a52", "#54508a", "#c97f8c", "#f6c28b"),
        stars(50, 240, "#fff4d6", seed=11),
        "".join(_gable(x, n) for n, x in enumerate(range(-40, WIDTH, 190))),
        rect(0, 760, WIDTH, 240, "#3b3556"),
        "".join(ellipse(x * WIDTH, 790 + y * 210, 46, 9, "#4c4569") for x, y in scatter(70, seed=4)),
        _lamps(),
        _stall(60, "#d9483b", ("#e0772f", "#f0a63a")),
        _stall(590, "#2c7a7b", ("#9fbf4a", "#5f9a4b")),
        _stall(1120, "#e0a030", ("#c23a46", "#8e2f55")),
    )


def _gable(x: float, index: int) -> str:
    top, tone = 330 + 100 * chance(111, index), "#2f2c57" if index % 2 else "#383362"
    lit = "".join(
        rect(x + 34 + 66 * (k % 2), top + 60 + 84 * (k // 2), 34, 46, "#ffd27a")
        for k in range(6)
        if chance(112, index * 6 + k) > 0.68
    )
    return polygon([(x, 780), (x, top), (x + 95, top - 90), (x + 190, top), (x + 190, 780)], tone) + lit


def _lamps() -> str:
    bulbs = "".join(
        circle(x, 300 + 80 * (1 - (x / 800 - 1) ** 2), 46, "url(#bulb)")
        + circle(x, 300 + 80 * (1 - (x / 800 - 1) ** 2), 10, "#fff0bf")
        for x in range(50, WIDTH, 125)
    )
    return light("bulb", "#ffdd8f") + stroke("M0,290Q800,460 1600,290", "#171a38", 5) + bulbs


def _stall(x: float, tone: str, fruit: tuple[str, str]) -> str:
    posts = rect(x + 20, 520, 14, 420, "#7d5638") + rect(x + 386, 520, 14, 420, "#7d5638")
    warm = rect(x + 34, 560, 352, 180, "#ffdd8f", opacity=0.35)
    awning = "".join(
        shape(
            f"M{x + 42 + n * 48},450h48L{x + (n + 1) * 60},560a30,30 0 0 1 -60,0z",
            tone if n % 2 else "#fbefd6",
        )
        for n in range(7)
    )
    crates = "".join(_crate(x + 30 + n * 122, fruit[n % 2]) for n in range(3))
    counter = (
        rect(x, 790, 420, 150, "#8a5a38")
        + "".join(rect(x, y, 420, 5, "#6d442a") for y in (836, 884))
        + rect(x - 10, 776, 440, 20, "#a87548")
    )
    return ellipse(x + 210, 944, 250, 18, "#1f1c3a", opacity=0.6) + posts + warm + counter + crates + awning


def _crate(x: float, tone: str) -> str:
    heap = "".join(
        circle(x + 16 + k * 20 + 10 * (row % 2), 728 - row * 18, 16, tone)
        + circle(x + 12 + k * 20 + 10 * (row % 2), 723 - row * 18, 4, "#fff2d0", opacity=0.7)
        for row in range(3)
        for k in range(5 - row)
    )
    return heap + rect(x - 4, 734, 122, 44, "#c08a52", radius=4) + rect(x - 4, 752, 122, 5, "#8a5a38")


def swifts() -> str:
    """Swifts over the roofs of a street at dusk."""
    return document(
        backdrop("summer", "#2a5a86", "#6fa3b8", "#f0c79a", "#f4a47c"),
        circle(360, 600, 150, "#fff0c8"),
        hills(720, 80, "#c9857a", seed=13, bumps=6),
        "".join(_roof(x, n) for n, x in enumerate(range(-80, WIDTH, 214))),
        "".join(
            move(
                100 + 1420 * x,
                70 + 430 * y,
                _swift(),
                scale=0.35 + 0.75 * chance(121, n),
                turn=-50 + 100 * chance(122, n),
                mirror=n % 3 == 0,
            )
            for n, (x, y) in enumerate(scatter(21, seed=2))
        ),
    )


def _swift() -> str:
    return shape(
        "M0,-20C24,-52 80,-70 132,-52C84,-46 44,-20 22,14L46,62L14,34L4,72L-6,34L-36,62L-20,14C-44,-20 -84,-46 -132,-52C-80,-70 -24,-52 0,-20Z",
        "#1c2238",
    )


def _roof(x: float, index: int) -> str:
    top = 650 + 110 * chance(124, index)
    tone, dark = (("#a94f43", "#8c3f38"), ("#7a4a5c", "#63394b"), ("#c0694f", "#a35642"))[index % 3]
    tiles = "".join(
        line(
            x + 36 * (880 - y) / (880 - top) + 4,
            y,
            x + 226 - 36 * (880 - y) / (880 - top) - 4,
            y,
            dark,
            4,
            opacity=0.8,
        )
        for y in range(int(top) + 26, 880, 26)
    )
    walls = rect(x + 14, 860, 200, 160, ("#f3dfbd", "#e7c8a0", "#d9b79a")[index % 3])
    panes = "".join(
        rect(x + dx, 900, 40, 62, "#3d5a78") + rect(x + dx - 5, 894, 50, 6, "#fff6e0") for dx in (44, 136)
    )
    chimney = rect(x + 146, top - 76, 46, 130, "#8c3f38") + "".join(
        rect(x + dx, top - 100, 15, 28, "#c98b66") for dx in (149, 174)
    )
    return (
        chimney
        + polygon([(x, 880), (x + 36, top), (x + 190, top), (x + 226, 880)], tone)
        + tiles
        + walls
        + panes
    )
