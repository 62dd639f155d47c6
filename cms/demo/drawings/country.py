"""Bread, apples, stars and a game of chess."""

from cms.demo.drawings.svg import (
    HEIGHT,
    WIDTH,
    Point,
    around,
    backdrop,
    chance,
    circle,
    clipped,
    document,
    ellipse,
    glow,
    hills,
    light,
    line,
    move,
    polygon,
    rect,
    scatter,
    shape,
    stroke,
    turned,
)


def bread() -> str:
    """A scored loaf on a striped cloth, with wheat and a bowl of flour."""
    return document(
        rect(0, 0, WIDTH, HEIGHT, "#2f5d62"),
        "".join(rect(0, y, WIDTH, 4, "#264c51") for y in range(124, HEIGHT, 125)),
        _cloth(),
        "".join(
            circle(x * WIDTH, y * HEIGHT, 1.5 + 3 * chance(71, n), "#fdf6e6", opacity=0.6)
            for n, (x, y) in enumerate(scatter(36))
        ),
        _loaf(),
        _flour_bowl(),
        _wheat(),
    )


def _cloth() -> str:
    stripes = rect(-700, -330, 1400, 660, "#f1e4cb", radius=12)
    stripes += "".join(rect(-700, y, 1400, 14, "#c8553d", opacity=0.85) for y in (-280, -250, 236, 266))
    fringe = "".join(rect(x, y, 14, 24, "#f1e4cb") for y in (-352, 328) for x in range(-690, 700, 36))
    return move(800, 520, fringe, stripes, turn=-9)


def _loaf() -> str:
    crust = glow("crust", "#e0a458", "#cf8740", "#a85a2a", "#7d3c1c")
    floured = "".join(
        f'<ellipse cx="800" cy="520" rx="{r}" ry="{r * 0.94:.0f}" fill="none" stroke="#fdf3dd" stroke-width="7" opacity="{0.5 - r / 900:.2f}"/>'
        for r in range(60, 320, 52)
    )
    cuts = "".join(move(800, 520, _leaf(), turn=angle) for angle in range(0, 360, 60))
    shadow = ellipse(822, 556, 352, 330, "#8a7a5c", opacity=0.5)
    return (
        shadow
        + crust
        + ellipse(800, 520, 346, 326, "url(#crust)")
        + floured
        + cuts
        + circle(800, 520, 26, "#7d3c1c")
    )


def _leaf() -> str:
    blade = "M0,-52C-64,-120 -56,-206 0,-286C56,-206 64,-120 0,-52Z"
    veins = "".join(
        stroke(f"M0,{y}L-{w},{y - 32}M0,{y}L{w},{y - 32}", "#8a4a22", 6)
        for y, w in ((-100, 26), (-146, 32), (-192, 28), (-234, 16))
    )
    return shape(blade, "#f6dcae") + stroke(blade, "#8a4a22", 7) + stroke("M0,-60V-270", "#8a4a22", 7) + veins


def _flour_bowl() -> str:
    bowl = (
        circle(1356, 250, 170, "#1f4044", opacity=0.35)
        + circle(1340, 236, 164, "#3f8f97")
        + circle(1340, 236, 142, "#2f747b")
    )
    flour = circle(1340, 236, 128, "#fdf6e6") + shape(
        "M1250,260q60,-110 130,-40t70,10q-20,100 -110,104t-90,-74z", "#eee0c4"
    )
    spoon = line(1400, 190, 1560, 40, "#9a6236", 22) + ellipse(1392, 202, 44, 34, "#b4783f")
    return bowl + flour + spoon


def _wheat() -> str:
    return "".join(move(190 + 66 * n, 910 - 26 * n, _ear(), turn=-24 + 14 * n, scale=1.15) for n in range(3))


def _ear() -> str:
    grains = "".join(
        move(0, -330 + 40 * n, ellipse(-20, 0, 12, 27, "#e6b450"), turn=0)
        + move(40, -330 + 40 * n, ellipse(-20, 0, 12, 27, "#d19a35"), turn=0)
        for n in range(6)
    )
    awns = "".join(line(dx, -350, dx * 3.2, -450, "#e6b450", 3) for dx in (-18, -7, 7, 18))
    return line(0, 60, 0, -330, "#c08f3a", 8) + awns + ellipse(0, -366, 13, 28, "#e6b450") + grains


def observatory() -> str:
    """Stars turn around the pole above an open dome."""
    return document(
        backdrop("night", "#090d24", "#141c48", "#2b2f6b", "#5a4a86"),
        _trails(),
        hills(800, 120, "#2a2a5c", seed=19, bumps=5),
        hills(880, 90, "#1a1b42", seed=27, bumps=4),
        _dome(),
        shape("M420,1000Q800,770 1320,900T1700,960V1000Z", "#0d0e2a"),
        "".join(
            polygon([(x, 1000), (x + 32, 860 - 60 * chance(82, n)), (x + 64, 1000)], "#080920")
            for n, x in enumerate(range(-20, 380, 54))
        ),
    )


def _trails() -> str:
    tones = ("#fff1c9", "#bfd3ff", "#ffd6b0", "#dfe7ff")
    trails = ""
    for n in range(120):
        radius, start = 26 + n * 9.4, chance(83, n) * 360
        sweep = 16 + 26 * chance(84, n)
        (x1, y1), (x2, y2) = around(560, 330, radius, start), around(560, 330, radius, start + sweep)
        trails += stroke(
            f"M{x1:.1f},{y1:.1f}A{radius:.1f},{radius:.1f} 0 0 1 {x2:.1f},{y2:.1f}",
            tones[n % 4],
            1.6 + 2 * chance(85, n),
            opacity=0.35 + 0.55 * chance(86, n),
        )
    return trails + circle(560, 330, 6, "#fff1c9")


def _dome() -> str:
    base = (
        rect(850, 640, 420, 300, "#d9d3e8")
        + rect(1080, 640, 190, 300, "#aaa3c6")
        + rect(830, 620, 460, 34, "#f1edf8", radius=8)
    )
    shell = shape("M846,622a214,214 0 0 1 428,0z", "#e8e3f3") + shape(
        "M1060,408a214,214 0 0 1 214,214h-120q0,-150 -94,-214z", "#b7b0d2"
    )
    slit = polygon([(905, 470), (968, 428), (1050, 622), (952, 622)], "#171a40")
    scope = move(
        985,
        560,
        rect(-24, -190, 48, 190, "#e9b44c", radius=6),
        rect(-30, -204, 60, 30, "#c7892e", radius=6),
        turn=-27,
    )
    door = rect(900, 740, 74, 140, "#4b3f76", radius=8) + rect(908, 748, 58, 60, "#ffd98a", radius=4)
    windows = "".join(rect(x, 712, 40, 54, "#ffd98a", radius=20) for x in (1030, 1110, 1190))
    glowing = light("door", "#ffd98a") + circle(937, 790, 120, "url(#door)")
    return (
        slit
        + shell
        + clipped(
            "opening",
            polygon([(880, 380), (975, 380), (1060, 622), (940, 622)], "#000"),
            rect(800, 300, 500, 330, "#171a40"),
            scope,
        )
        + base
        + door
        + windows
        + glowing
    )


def orchard() -> str:
    """Rows of apple trees in the evening, with a ladder and a bucket."""
    return document(
        backdrop("harvest", "#f7c98b", "#fbe3b0", "#fdf1d2"),
        circle(420, 300, 120, "#fff8e3"),
        hills(470, 120, "#a7b88a", seed=17, bumps=4),
        hills(540, 90, "#88a36d", seed=3, bumps=6),
        rect(0, 540, WIDTH, 460, "#b7c77c"),
        _grass_rows(),
        "".join(_tree_row(y, size, seed) for y, size, seed in ((590, 0.42, 1), (690, 0.7, 2), (900, 1.3, 3))),
        _ladder(),
        _bucket(),
    )


def _grass_rows() -> str:
    vanishing: Point = (760, 520)
    return "".join(
        polygon([vanishing, (x, HEIGHT), (x + 190, HEIGHT)], "#9fb566" if n % 2 else "#c6d38c")
        for n, x in enumerate(range(-1600, 3200, 190))
    )


def _tree_row(ground: float, size: float, seed: int) -> str:
    spacing = 300 * size
    count = int(WIDTH / spacing) + 2
    return "".join(
        _apple_tree(spacing * (n + 0.12 * seed) - 30, ground, size, seed * 20 + n) for n in range(count)
    )


def _apple_tree(x: float, ground: float, size: float, seed: int) -> str:
    shade = ellipse(20, 4, 110, 18, "#6f8a4a", opacity=0.55)
    trunk = shape("M-12,0L-7,-96L-46,-140L-36,-148L0,-112L34,-150L44,-142L9,-92L14,0z", "#6b4a33")
    crown = (
        circle(0, -190, 92, "#4c7a45")
        + circle(-58, -164, 58, "#4c7a45")
        + circle(60, -166, 60, "#426d3d")
        + circle(-24, -218, 56, "#679a55")
    )
    apples = "".join(
        circle(-88 + 176 * px, -250 + 140 * py, 10, "#d6453d")
        + circle(-91 + 176 * px, -253 + 140 * py, 3, "#f7b7a0")
        for px, py in scatter(11, seed=seed)
        if (px - 0.5) ** 2 + (py - 0.45) ** 2 < 0.22
    )
    return move(x, ground, shade, trunk, crown, apples, scale=size)


def _ladder() -> str:
    rungs = "".join(line(-34 + n * 2, -n * 52, 34 - n * 2, -n * 52, "#d8a15a", 12) for n in range(1, 9))
    return move(
        1090, 948, line(-40, 0, -16, -470, "#b97f3f", 14), line(40, 0, 16, -470, "#b97f3f", 14), rungs, turn=9
    )


def _bucket() -> str:
    apples = "".join(circle(x, y, 30, tone) + circle(x - 9, y - 9, 8, "#f7c4ae") for x, y, tone in _HARVEST)
    pail = (
        shape("M-92,-120H92L70,0H-70z", "#5f7d8c")
        + shape("M20,-120H92L70,0H30z", "#4a6472")
        + rect(-98, -130, 196, 18, "#8aa6b3", radius=9)
    )
    handle = stroke("M-90,-122a92,86 0 0 1 180,0", "#3d535f", 7)
    return move(820, 966, ellipse(0, 2, 120, 16, "#6f8a4a", opacity=0.6), handle, apples, pail)


_HARVEST = (
    (-52, -138, "#d6453d"),
    (54, -138, "#e0a13c"),
    (0, -146, "#c23a36"),
    (-26, -176, "#e0a13c"),
    (30, -178, "#d6453d"),
)


def chess() -> str:
    """Two sides of a game on a table in a square."""
    return document(
        backdrop("park", "#f2cf9f", "#e9a97c", "#b5695a"),
        circle(1240, 260, 130, "#fbe6bf"),
        "".join(
            circle(x, 430 - 60 * chance(91, n), 150, "#a5604f" if n % 2 else "#97564b")
            for n, x in enumerate(range(-20, 1700, 170))
        ),
        rect(0, 520, WIDTH, 480, "#7a443f"),
        _board(),
        "".join(_piece(*place) for place in _GAME),
    )


def _board() -> str:
    table = polygon([(180, 640), (1420, 640), (1680, 1000), (-80, 1000)], "#4a2a2c")
    squares = ""
    for row in range(4):
        for column in range(8):
            if (row + column) % 2:
                squares += polygon(
                    [
                        _corner(column, row),
                        _corner(column + 1, row),
                        _corner(column + 1, row + 1),
                        _corner(column, row + 1),
                    ],
                    "#8f5a46",
                )
            else:
                squares += polygon(
                    [
                        _corner(column, row),
                        _corner(column + 1, row),
                        _corner(column + 1, row + 1),
                        _corner(column, row + 1),
                    ],
                    "#f3dcb4",
                )
    return table + squares


def _corner(column: int, row: int) -> Point:
    depth = (0, 0.19, 0.42, 0.69, 1)[row]
    y, half = 656 + 344 * depth, 600 + 250 * depth
    return 800 - half + half / 4 * column, y


_PROFILES: dict[str, tuple[Point, ...]] = {
    "pawn": ((74, 0), (74, 22), (56, 34), (30, 120), (44, 132), (44, 144), (22, 150)),
    "bishop": (
        (80, 0),
        (80, 24),
        (60, 38),
        (28, 200),
        (50, 212),
        (50, 226),
        (26, 234),
        (46, 280),
        (34, 330),
        (6, 366),
    ),
    "rook": ((84, 0), (84, 26), (64, 42), (44, 190), (66, 204), (66, 262)),
    "king": ((88, 0), (88, 28), (66, 44), (32, 270), (58, 284), (58, 300), (36, 308), (60, 380), (14, 396)),
}
_GAME = (
    ("rook", 400, 730, 0.72, False),
    ("pawn", 1150, 736, 0.72, False),
    ("king", 940, 800, 0.92, False),
    ("pawn", 520, 850, 0.95, True),
    ("bishop", 1240, 880, 1.05, True),
    ("king", 300, 960, 1.2, True),
    ("pawn", 800, 968, 1.2, False),
)


def _piece(name: str, x: float, y: float, size: float, is_white: bool) -> str:
    body, shine = ("#fff4dc", "#e5cfa6") if is_white else ("#2b2233", "#51405e")
    tops = {
        "pawn": circle(0, -182, 46, body),
        "rook": "".join(rect(dx, -300, 30, 46, body) for dx in (-66, -15, 36)),
        "bishop": circle(0, -374, 14, body) + line(6, -330, 30, -290, shine, 9),
        "king": rect(-9, -466, 18, 76, body) + rect(-32, -444, 64, 18, body),
    }
    shadow = polygon([(-70, -6), (70, -6), (-240, 60), (-340, 50)], "#4a2a2c", opacity=0.35)
    light_side = turned(-6, 0, [(half * 0.32, height) for half, height in _PROFILES[name]], shine)
    return move(x, y, shadow, turned(0, 0, _PROFILES[name], body), light_side, tops[name], scale=size)
