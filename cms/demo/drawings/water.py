"""The river, the tide and the harbour."""

from math import sin

from cms.demo.drawings.svg import (
    HEIGHT,
    WIDTH,
    backdrop,
    chance,
    circle,
    clipped,
    document,
    ellipse,
    hills,
    light,
    line,
    move,
    polygon,
    rect,
    shape,
    stars,
    stroke,
)


def river_bend() -> str:
    """A river winds through fields, seen from above, with the beds that it has left behind."""
    course = "M-60,180C240,120 330,420 560,380S700,60 960,110S1120,520 900,620S560,700 680,860S1180,960 1290,760S1420,470 1680,520"
    old_beds = (
        "M-60,330C180,330 300,620 520,560S820,240 980,300S1010,560 760,640",
        "M420,1060C420,860 640,760 860,800S1180,860 1200,660S1300,360 1660,330",
        "M240,-40C420,80 560,160 760,20",
    )
    faded = "".join(
        stroke(bed, "#f4e3b5", 54, opacity=0.34) + stroke(bed, "#8fb8a8", 26, opacity=0.55)
        for bed in old_beds
    )
    return document(
        rect(0, 0, WIDTH, HEIGHT, "#8cab62"),
        _fields(),
        faded,
        stroke(course, "#f6e8c3", 132),
        stroke(course, "#3f8f5f", 112, opacity=0.35),
        stroke(course, "#1f6f8f", 92),
        stroke(course, "#3a97b5", 62),
        stroke(course, "#bfe6ea", 5, opacity=0.85, dash="70 90 24 120"),
        _groves(),
        _barge(930, 604),
    )


def _fields() -> str:
    tones = ("#a9c27a", "#d9c06b", "#7d9f58", "#e6d491", "#93b46b", "#c9a95a", "#6f9450")
    fields = ""
    for row in range(5):
        for column in range(7):
            x, y, n = -80 + column * 260 - row * 40, -60 + row * 230 + column * 22, row * 7 + column
            corners = [(x, y), (x + 260, y + 22), (x + 220, y + 252), (x - 40, y + 230)]
            fields += polygon(corners, tones[int(chance(14, n) * 7) % 7]) + _furrows(x, y, n)
    return fields


def _furrows(x: float, y: float, index: int) -> str:
    if chance(15, index) < 0.6:
        return ""
    return "".join(
        line(x + n * 43, y + n * 3.7, x + n * 43 - 40, y + n * 3.7 + 230, "#5f7f45", 7, opacity=0.25)
        for n in range(1, 6)
    )


def _groves() -> str:
    spots = ((250, 560), (830, 250), (1480, 650), (430, 800), (1400, 130), (330, 120), (130, 880))
    return "".join(
        circle(
            x + 70 * (chance(n, k) - 0.5) * 2,
            y + 60 * (chance(n + 9, k) - 0.5) * 2,
            20 + 14 * chance(n + 3, k),
            "#35633f",
        )
        + circle(
            x + 70 * (chance(n, k) - 0.5) * 2 - 6, y + 60 * (chance(n + 9, k) - 0.5) * 2 - 7, 11, "#5d8f55"
        )
        for n, (x, y) in enumerate(spots)
        for k in range(7)
    )


def _barge(x: float, y: float) -> str:
    hull = shape("M-60,-15H40q26,15 0,30H-60q-8,-15 0,-30z", "#b23b3b") + rect(
        -46, -9, 66, 18, "#f3d9a4", radius=3
    )
    return move(
        x,
        y,
        stroke("M-64,-10L-150,-26M-64,10L-150,26", "#e7f5f3", 4, opacity=0.7),
        hull,
        turn=-32,
        mirror=True,
    )


def flood_marks() -> str:
    """Brass lines on a quay wall say how high the water came."""
    return document(
        rect(0, 0, WIDTH, HEIGHT, "#b9a88f"),
        _stones(),
        "".join(
            _mark(n, y, length)
            for n, (y, length) in enumerate(((170, 360), (262, 250), (330, 430), (468, 300), (520, 210)))
        ),
        _gauge(),
        _iron_ring(1230, 420),
        _waves(690, ("#2f6f7f", "#275f71", "#1f4e62", "#183f52", "#123244")),
        _rowing_boat(),
    )


def _stones() -> str:
    tones = ("#c8b79c", "#bcaa8e", "#d3c3a8", "#b09d82", "#c1b095")
    stones = ""
    for row in range(9):
        x, n = -90.0 * (row % 2) - 40, 0
        while x < WIDTH:
            width = 150 + 110 * chance(row + 30, n)
            tone = tones[int(chance(row + 60, n) * 5) % 5]
            stones += rect(x + 3, row * 86 + 3, width - 6, 80, tone, radius=8)
            stones += rect(x + 10, row * 86 + 8, width * 0.5, 6, "#e6d8c0", radius=3, opacity=0.6)
            x, n = x + width, n + 1
    return stones


def _mark(index: int, y: float, length: float) -> str:
    plate = rect(300, y - 26, 92, 52, "#7a5a2a", radius=6) + rect(304, y - 22, 84, 44, "#d8a543", radius=5)
    dots = "".join(
        circle(322 + n * 16, y, 4, "#7a5a2a") for n in range(4 if index else 5) if n != 2 or index % 2
    )
    return (
        rect(392, y - 4, length, 9, "#d8a543", radius=4)
        + rect(392, y + 5, length, 4, "#7a5a2a", opacity=0.5)
        + plate
        + dots
    )


def _gauge() -> str:
    bars = "".join(
        rect(940, y, 44 if n % 5 else 84, 14, "#26343c" if n % 5 else "#b8323a")
        for n, y in enumerate(range(90, 900, 28))
    )
    return rect(920, 40, 130, 900, "#8f7d63", radius=6) + rect(926, 40, 118, 900, "#f7f0e0", radius=6) + bars


def _iron_ring(x: float, y: float) -> str:
    rope = stroke(f"M{x},{y + 74}C{x - 30},{y + 220} {x + 110},{y + 240} {x + 70},{y + 420}", "#e9d9b2", 13)
    loop = f'<ellipse cx="{x}" cy="{y + 44}" rx="34" ry="42" fill="none" stroke="#3a4047" stroke-width="12"/>'
    return rect(x - 22, y - 22, 44, 44, "#3a4047", radius=8) + loop + rope


def _waves(top: float, tones: tuple[str, ...], *, swell: float = 13) -> str:
    return "".join(shape(_wave(top + n * 62, swell, n), tone) for n, tone in enumerate(tones))


def _wave(y: float, swell: float, phase: int) -> str:
    points = " ".join(f"L{x},{y + swell * sin(x / 95 + phase * 1.9):.1f}" for x in range(0, WIDTH + 20, 20))
    return f"M0,{HEIGHT}{points}L{WIDTH},{HEIGHT}Z"


def _rowing_boat() -> str:
    hull = shape("M-170,-34H170q-24,78 -84,78H-86q-60,0 -84,-78z", "#c7473f") + rect(
        -182, -44, 364, 18, "#f4e2bd", radius=9
    )
    inside = rect(-84, -58, 60, 16, "#8a5a35", radius=4) + rect(40, -58, 60, 16, "#8a5a35", radius=4)
    return move(1290, 836, line(-60, -70, -230, 30, "#8a5a35", 10), inside, hull, turn=-3) + shape(
        _wave(880, 10, 3), "#183f52", opacity=0.96
    )


def harbour_cranes() -> str:
    """Cranes stand against the evening sun over stacks of containers."""
    return document(
        backdrop("evening", "#2c2e5c", "#7d4274", "#dd6f66", "#f7b267", "#fbe0a1"),
        light("sunlight", "#fff0b8"),
        circle(1040, 560, 380, "url(#sunlight)"),
        circle(1040, 560, 150, "#fff3cf"),
        hills(690, 60, "#a8566f", seed=31, bumps=6),
        _crane(330, 1.12),
        _crane(800, 0.92),
        _crane(1330, 1.02),
        _containers(),
        rect(0, 800, WIDTH, 24, "#1b1c38"),
        rect(0, 824, WIDTH, 176, "#34305c"),
        _glitter(),
    )


def _crane(x: float, size: float) -> str:
    dark = "#1b1c38"
    legs = (
        line(-90, 0, -60, -330, dark, 20)
        + line(90, 0, 60, -330, dark, 20)
        + line(-78, -120, 78, -120, dark, 14)
    )
    braces = line(-84, -10, 66, -290, dark, 7) + line(84, -10, -66, -290, dark, 7)
    boom = (
        rect(-210, -360, 560, 30, dark)
        + line(0, -350, 0, -530, dark, 18)
        + line(0, -530, 330, -350, dark, 8)
        + line(0, -530, -200, -350, dark, 8)
    )
    lattice = stroke(
        "M-200,-332" + "".join(f"L{a},-{358 if n % 2 else 332}" for n, a in enumerate(range(-170, 350, 30))),
        "#f2a65a",
        4,
        opacity=0.75,
    )
    cable = (
        line(230, -330, 230, -210, dark, 5)
        + rect(180, -210, 100, 52, "#e9b44c")
        + rect(-40, -330, 80, 46, "#e0524d", radius=6)
    )
    return move(x, 806, legs, braces, boom, lattice, cable, circle(0, -532, 9, "#ff6b5e"), scale=size)


def _containers() -> str:
    tones = ("#e0524d", "#2f7f86", "#e9b44c", "#5b6fb0", "#c86b3c", "#8fb3a4")
    boxes = ""
    for column in range(9):
        for level in range(1 + int(chance(41, column) * 3.4)):
            x, y, n = 20 + column * 176, 740 - level * 62, column * 4 + level
            boxes += rect(x, y, 170, 60, tones[int(chance(42, n) * 6) % 6])
            boxes += "".join(rect(x + 12 + k * 19, y + 8, 7, 44, "#1b1c38", opacity=0.22) for k in range(8))
    return boxes


def _glitter() -> str:
    path = "".join(
        rect(
            1040 - w / 2 + 60 * (chance(44, n) - 0.5),
            836 + n * 19,
            w,
            7,
            "#ffe3a3",
            radius=3,
            opacity=0.85 - n * 0.08,
        )
        for n, w in enumerate((300, 220, 260, 160, 190, 110, 130, 70))
    )
    dabs = "".join(
        rect(
            chance(45, n) * WIDTH, 836 + chance(46, n) * 150, 40 + 60 * chance(47, n), 5, "#8a5a86", radius=2
        )
        for n in range(46)
    )
    return dabs + path


def tide_barrier() -> str:
    """A row of gates closes the mouth of a river at night."""
    piers = "".join(_pier(x) for x in range(-60, WIDTH + 200, 310))
    gates = "".join(_gate(x) for x in range(95, WIDTH + 150, 310))
    return document(
        backdrop("storm", "#0c2430", "#17414f", "#3c7378", "#c9c59a"),
        stars(60, 260, "#e9f5ec", seed=8),
        circle(300, 210, 92, "#f4efd2"),
        circle(338, 188, 82, "#123542"),
        hills(560, 90, "#245560", seed=22, bumps=5),
        _town_lights(),
        _waves(610, ("#2d7f86", "#226a74"), swell=18),
        gates,
        rect(0, 470, WIDTH, 36, "#e7dfc6"),
        "".join(rect(x, 440, 6, 32, "#e7dfc6") for x in range(10, WIDTH, 44))
        + rect(0, 436, WIDTH, 7, "#e7dfc6"),
        piers,
        _waves(800, ("#174f5c", "#103c49", "#0b2c37", "#071f28"), swell=16),
    )


def _pier(x: float) -> str:
    body = rect(x - 46, 420, 92, 480, "#cfc6aa", radius=14) + rect(x + 8, 420, 38, 480, "#a89f86", radius=14)
    hood = shape(f"M{x - 66},428q66,-170 132,0z", "#f0e9d3") + shape(
        f"M{x + 6},342q44,20 60,86h-60z", "#c9bf9f"
    )
    return body + hood + circle(x, 452, 11, "#ff7a59") + circle(x, 452, 26, "#ff7a59", opacity=0.25)


def _gate(x: float) -> str:
    ribs = "".join(rect(x - 100 + n * 40, 560, 8, 270, "#7d2f2c", opacity=0.6) for n in range(6))
    return (
        shape(f"M{x - 120},560q120,-46 240,0v290h-240z", "#c4534a")
        + ribs
        + rect(x - 120, 640, 240, 14, "#e98b74")
    )


def _town_lights() -> str:
    return "".join(
        rect(x, 500 + 30 * chance(51, n), 7, 9, "#ffd98a", opacity=0.9)
        for n, x in enumerate(range(30, WIDTH, 37))
        if chance(52, n) > 0.35
    )


def spring_tide() -> str:
    """Great waves under a lighthouse."""
    return document(
        backdrop("gale", "#1a2238", "#30486a", "#7897a5", "#e6d7b4"),
        polygon([(1180, 292), (-40, 120), (-40, 420)], "#fff0c0", opacity=0.3),
        polygon([(1180, 292), (1700, 200), (1700, 380)], "#fff0c0", opacity=0.3),
        _clouds(),
        _rock(),
        _lighthouse(),
        _breaker(640, "#3d7189", 1.25, -140),
        _breaker(740, "#2b5a75", 1.55, 90),
        _breaker(850, "#1d435e", 1.9, -60),
        rect(0, 980, WIDTH, 20, "#1d435e"),
    )


def _clouds() -> str:
    return "".join(
        ellipse(x, y, width, 30, "#10182b", opacity=0.42)
        + ellipse(x + width * 0.4, y - 24, width * 0.6, 28, "#10182b", opacity=0.42)
        for x, y, width in (
            (180, 90, 260),
            (700, 60, 300),
            (1420, 110, 260),
            (430, 190, 180),
            (1010, 150, 190),
        )
    )


def _rock() -> str:
    return polygon(
        [(900, 1000), (980, 640), (1080, 570), (1290, 560), (1400, 640), (1520, 1000)], "#2a2733"
    ) + polygon([(1080, 570), (1290, 560), (1240, 720), (1120, 1000), (980, 1000)], "#3b3744")


def _lighthouse() -> str:
    outline = polygon([(1122, 570), (1242, 570), (1222, 330), (1142, 330)], "#000")
    bands = rect(1100, 330, 160, 250, "#f5ecd8") + "".join(
        rect(1100, y, 160, 44, "#c43d3d") for y in (374, 462, 550)
    )
    shade = polygon([(1190, 330), (1242, 330), (1262, 580), (1200, 580)], "#1a2238", opacity=0.22)
    lantern = (
        rect(1150, 262, 64, 60, "#ffe7a3")
        + rect(1128, 318, 108, 16, "#2a2733", radius=4)
        + polygon([(1140, 264), (1182, 214), (1224, 264)], "#c43d3d")
    )
    bars = "".join(rect(x, 262, 5, 60, "#2a2733") for x in (1150, 1179, 1209))
    return (
        light("lantern", "#fff3c4")
        + clipped("tower", outline, bands, shade)
        + lantern
        + bars
        + circle(1182, 292, 150, "url(#lantern)")
    )


def _breaker(y: float, fill: str, size: float, offset: float) -> str:
    crest, foam = "", ""
    for n in range(-1, 6):
        x = offset + n * 190 * size
        crest += f"M{x},{HEIGHT}V{y + 60}c{60 * size},{-10 * size} {90 * size},{-110 * size} {150 * size},{-104 * size}c{-20 * size},{22 * size} {-16 * size},{84 * size} {40 * size},{104 * size}V{HEIGHT}Z"
        foam += f"M{x + 8 * size},{y + 60}c{60 * size},{-14 * size} {84 * size},{-104 * size} {138 * size},{-102 * size}"
    return (
        shape(crest, fill)
        + stroke(foam, "#f2f4ea", 9)
        + "".join(
            circle(
                offset + n * 190 * size + (150 + 30 * chance(61, n * 5 + k)) * size,
                y - 40 * size - 34 * chance(62, n * 5 + k),
                3 + 5 * chance(63, n * 5 + k),
                "#f2f4ea",
            )
            for n in range(-1, 6)
            for k in range(5)
        )
    )
