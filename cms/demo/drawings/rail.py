"""Night trains, stations and a tram."""

from cms.demo.drawings.svg import (
    HEIGHT,
    WIDTH,
    around,
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
    ring,
    shape,
    sky,
    stars,
    stroke,
)


def night_train() -> str:
    """A sleeper crosses a viaduct under a full moon."""
    return document(
        backdrop("dusk", "#0b1533", "#182a5c", "#3a4d8f", "#8b7bb5", "#e8a88f"),
        stars(110, 520, "#fff4d6", seed=3),
        light("halo", "#fbe6b0"),
        circle(1130, 250, 330, "url(#halo)"),
        circle(1130, 250, 112, "#fbe9c0"),
        circle(1094, 222, 20, "#efd9a6"),
        circle(1160, 284, 30, "#efd9a6"),
        circle(1150, 206, 11, "#efd9a6"),
        hills(640, 170, "#566099", seed=2, bumps=4),
        hills(720, 150, "#3d477f", seed=9, bumps=5),
        hills(820, 130, "#28325f", seed=5, bumps=4),
        _water(),
        _viaduct(),
        _train(),
        _firs(),
    )


def _water() -> str:
    shine = "".join(
        rect(
            1130 - width / 2 + 26 * (chance(4, n) - 0.5),
            872 + n * 17,
            width,
            6,
            "#fbe3b4",
            radius=3,
            opacity=0.7 - n * 0.07,
        )
        for n, width in enumerate((210, 150, 180, 110, 130, 70, 90, 40))
    )
    return sky("river", "#4a5590", "#131d42") + rect(0, 856, WIDTH, 150, "url(#river)") + shine


def _viaduct() -> str:
    outline = f"M0,604H{WIDTH}V{HEIGHT}H0Z"
    for start in range(-130, WIDTH, 236):
        outline += f"M{start},{HEIGHT}V748a93,93 0 0 1 186,0V{HEIGHT}Z"
    courses = "".join(rect(0, y, WIDTH, 3, "#0d1535", opacity=0.5) for y in (622, 640))
    return shape(outline, "#1b2450") + courses + rect(0, 592, WIDTH, 16, "#2f3a70")


def _train() -> str:
    coaches = "".join(_coach(x) for x in (-300, 34, 368, 702))
    return light("lamp", "#ffdf8e") + coaches + _locomotive(1036)


def _coach(x: float) -> str:
    windows = "".join(
        rect(
            x + 28 + n * 47, 506, 33, 36, "#ffcf6e" if chance(int(x) + 400, n) > 0.3 else "#40508e", radius=6
        )
        for n in range(6)
    )
    wheels = "".join(circle(x + dx, 588, 14, "#070c20") for dx in (46, 88, 234, 276))
    body = rect(x, 478, 324, 98, "#101a42", radius=16) + rect(x, 552, 324, 8, "#e7a24b")
    return (
        wheels
        + body
        + rect(x + 12, 484, 300, 6, "#4b5ca6", radius=3)
        + windows
        + rect(x + 322, 556, 14, 12, "#070c20")
    )


def _locomotive(x: float) -> str:
    body = f"M{x},494q0,-18 18,-18h220q54,6 82,62q14,28 10,44h-330z"
    cab = f"M{x + 216},494h34q34,8 52,40h-86z"
    beam = polygon([(x + 322, 548), (WIDTH, 486), (WIDTH, 640)], "#ffe9b5", opacity=0.22)
    wheels = "".join(circle(x + dx, 588, 15, "#070c20") for dx in (50, 94, 222, 266))
    stripe = rect(x, 552, 325, 8, "#e7a24b")
    vents = "".join(rect(x + 34 + n * 22, 500, 10, 34, "#3a4788", radius=5) for n in range(7))
    return (
        beam
        + wheels
        + shape(body, "#a8323e")
        + stripe
        + vents
        + shape(cab, "#ffe0a0")
        + circle(x + 318, 548, 44, "url(#lamp)")
    )


def _firs() -> str:
    trees = ""
    for n, x in enumerate((-10, 70, 128, 1392, 1470, 1560, 1614)):
        height = 190 + 150 * chance(8, n)
        trees += "".join(
            polygon(
                [
                    (x, 1010 - height * top),
                    (x - 70 * wide, 1010 - height * low),
                    (x + 70 * wide, 1010 - height * low),
                ],
                "#0a1230",
            )
            for top, low, wide in ((1, 0.6, 0.55), (0.8, 0.32, 0.8), (0.55, 0, 1))
        )
    return trees


def sleeper_compartment() -> str:
    """The inside of a sleeping car: a berth, a lamp, and the hills outside."""
    return document(
        backdrop("wall", "#6a3530", "#7d4338", "#5a2b2b"),
        _panels(),
        _window(),
        _curtains(),
        _upper_berth(),
        _table(),
        _lower_berth(),
    )


def _panels() -> str:
    boards = "".join(rect(x, 0, 3, HEIGHT, "#4a2226", opacity=0.6) for x in range(80, WIDTH, 160))
    return boards + rect(0, 664, WIDTH, 18, "#3f1c22")


def _window() -> str:
    opening = rect(470, 170, 660, 430, "#000", radius=56)
    view = (
        sky("outside", "#10204d", "#2f4788", "#a38bbd")
        + rect(470, 170, 660, 430, "url(#outside)")
        + stars(150, 470, "#fff4d6", seed=5)
        + light("moonlight", "#fbe6b0")
        + circle(940, 300, 190, "url(#moonlight)")
        + circle(940, 300, 62, "#fbe9c0")
        + hills(520, 130, "#4d5a97", seed=12, bumps=4)
        + hills(590, 110, "#26356c", seed=21, bumps=6)
        + polygon([(560, 170), (660, 170), (480, 600), (380, 600)], "#ffffff", opacity=0.07)
    )
    frame = rect(446, 146, 708, 478, "#d9a766", radius=74) + rect(458, 158, 684, 454, "#8a5a35", radius=64)
    return frame + clipped("pane", opening, view)


def _curtains() -> str:
    left = "".join(rect(372 + n * 26, 112, 26, 540, "#c9485b" if n % 2 else "#b23a50") for n in range(5))
    right = "".join(rect(1098 + n * 26, 112, 26, 540, "#b23a50" if n % 2 else "#c9485b") for n in range(5))
    ties = rect(372, 430, 130, 20, "#f0c27a", radius=10) + rect(1098, 430, 130, 20, "#f0c27a", radius=10)
    return left + right + ties + rect(330, 96, 940, 22, "#e0b070", radius=11)


def _upper_berth() -> str:
    ladder = line(238, 200, 238, 800, "#e0b070", 12) + line(318, 200, 318, 800, "#e0b070", 12)
    rungs = "".join(line(238, y, 318, y, "#e0b070", 10) for y in range(260, 800, 92))
    berth = rect(-20, 150, 372, 56, "#2a6a73", radius=20) + rect(-20, 186, 372, 34, "#3f1c22", radius=8)
    return berth + rect(-20, 108, 190, 56, "#f3e6cf", radius=26) + ladder + rungs


def _table() -> str:
    glow = light("reading", "#ffd98a") + circle(1330, 480, 300, "url(#reading)")
    lamp = line(1330, 660, 1330, 500, "#e0b070", 10) + polygon(
        [(1284, 510), (1376, 510), (1350, 440), (1310, 440)], "#ffdf9a"
    )
    book = polygon([(1150, 652), (1240, 636), (1240, 650), (1150, 666)], "#f3e6cf") + polygon(
        [(1240, 636), (1300, 652), (1300, 666), (1240, 650)], "#e2cfae"
    )
    top = rect(1110, 664, 520, 22, "#e0b070", radius=8) + rect(1330, 686, 16, 170, "#3f1c22")
    return glow + lamp + rect(1300, 648, 60, 16, "#e0b070", radius=8) + book + _cup(1440, 664) + top


def _cup(x: float, base: float) -> str:
    steam = "".join(
        stroke(f"M{x + dx},{base - 76}q-14,-24 0,-46q14,-22 0,-44", "#fff4e0", 5, opacity=0.45)
        for dx in (16, 40)
    )
    body = rect(x, base - 56, 60, 56, "#f3e6cf", radius=12) + rect(x, base - 30, 60, 8, "#2a6a73")
    return steam + ring(x + 62, base - 30, 16, "#f3e6cf", 8) + body


def _lower_berth() -> str:
    sheet = rect(-20, 800, WIDTH + 40, 220, "#f3e6cf", radius=30)
    blanket = shape(f"M420,792q40,-26 120,-26H{WIDTH}V{HEIGHT}H400q-30,-120 20,-208z", "#2a6a73")
    stripes = "".join(
        shape(f"M{x},767h54l-16,{HEIGHT - 767}h-54z", "#e7b15a" if n % 2 else "#38858c")
        for n, x in enumerate(range(640, WIDTH, 150))
    )
    pillow = rect(60, 716, 330, 130, "#fff8ea", radius=58) + stroke("M100,806q120,36 250,0", "#e2cfae", 5)
    return sheet + blanket + stripes + pillow


def station_hall() -> str:
    """Morning light falls through the great window of a station."""
    return document(
        backdrop("hall", "#3b2c4a", "#8a4b52", "#d98a5f"),
        _fan_window(),
        _roof(),
        polygon([(400, 640), (800, 300), (1240, 640), (1500, 1000), (100, 1000)], "#ffe6b0", opacity=0.14),
        rect(0, 800, WIDTH, 200, "#5a3140"),
        polygon([(420, 800), (1180, 800), (1480, 1000), (120, 1000)], "#f0b878", opacity=0.55),
        _clock(),
        _travellers(),
    )


def _fan_window() -> str:
    glass = sky("glass", "#ffe9b8", "#f9b872") + shape("M340,800V640a460,460 0 0 1 920,0V800Z", "url(#glass)")
    bars = "".join(
        line(800, 640, *around(800, 640, 460, angle), "#4c2c40", 9) for angle in range(-180, 1, 15)
    )
    arcs = "".join(stroke(f"M{800 - r},640a{r},{r} 0 0 1 {2 * r},0", "#4c2c40", 9) for r in (150, 300))
    posts = "".join(rect(x - 5, 640, 10, 160, "#4c2c40") for x in range(340, 1261, 115))
    return (
        glass
        + bars
        + arcs
        + posts
        + rect(330, 634, 940, 14, "#4c2c40")
        + stroke("M340,800V640a460,460 0 0 1 920,0V800", "#3b2238", 24)
    )


def _roof() -> str:
    ribs = "".join(
        stroke(f"M{800 - r},1000V640a{r},{r} 0 0 1 {2 * r},0V1000", "#2a1a30", 20, opacity=0.85)
        for r in (590, 720)
    )
    columns = "".join(
        rect(x - 26, 560, 52, 440, "#2a1a30") + rect(x - 44, 560, 88, 26, "#3b2238") for x in (120, 1480)
    )
    return ribs + columns


def _clock() -> str:
    face = circle(800, 560, 104, "#3b2238") + circle(800, 560, 88, "#fff6e0")
    ticks = "".join(
        line(*around(800, 560, 74, a), *around(800, 560, 82, a), "#3b2238", 6) for a in range(0, 360, 30)
    )
    hands = line(800, 560, *around(800, 560, 46, -150), "#b3343f", 10) + line(
        800, 560, *around(800, 560, 66, -60), "#3b2238", 7
    )
    return rect(794, 0, 12, 470, "#2a1a30") + face + ticks + hands + circle(800, 560, 9, "#3b2238")


def _travellers() -> str:
    places = (
        (240, 900, 1.2),
        (430, 850, 0.9),
        (560, 930, 1.35),
        (905, 840, 0.85),
        (1010, 850, 0.9),
        (1180, 940, 1.4),
        (1390, 880, 1.1),
    )
    return "".join(_traveller(x, y, size, n) for n, (x, y, size) in enumerate(places))


def _traveller(x: float, y: float, size: float, index: int) -> str:
    coat = ("#23304f", "#7a2f3f", "#1f4a4f", "#3b2238")[index % 4]
    shadow = polygon(
        [(-16, 0), (16, 0), (60 if x > 800 else -20, 90), (20 if x > 800 else -60, 90)],
        "#3b2238",
        opacity=0.35,
    )
    body = shape("M-26,-20L-20,-96q20,-26 40,0L26,-20z", coat) + circle(
        0, -124, 19, "#2c1a26" if index % 2 else "#c98b66"
    )
    legs = line(-9, -24, -13, 0, "#1c1522", 11) + line(9, -24, 14, 0, "#1c1522", 11)
    case = (
        rect(30, -48, 40, 46, "#c9783f", radius=6) + ring(50, -52, 9, "#2a1a30", 4) if index % 2 == 0 else ""
    )
    return move(x, y, shadow, legs, body, case, scale=size)


def tram() -> str:
    """A tram runs past painted houses."""
    return document(
        backdrop("noon", "#9fd3d8", "#d7ecdf", "#fbeecb"),
        circle(1310, 190, 84, "#ffd36b"),
        _houses(),
        rect(0, 800, WIDTH, 200, "#7d8791"),
        rect(0, 800, WIDTH, 20, "#dcd5c3"),
        "".join(rect(0, y, WIDTH, 7, "#535c68") for y in (884, 940)),
        "".join(rect(x, 966, 90, 10, "#f2ead6", radius=5) for x in range(40, WIDTH, 210)),
        stroke(f"M0,300Q{WIDTH / 2},330 {WIDTH},300", "#38424f", 5),
        _tram_car(),
        _street_trees(),
    )


def _houses() -> str:
    walls = ("#e98a6d", "#f3c774", "#7fb5a5", "#f1e2c4", "#c96a6a", "#8fa9c9", "#f0b58c")
    houses, x = "", -30.0
    for n, wall in enumerate(walls):
        width, top = 210 + 60 * chance(6, n), 300 + 130 * chance(2, n)
        houses += _house(x, top, width, wall, n)
        x += width
    return houses


def _house(x: float, top: float, width: float, wall: str, index: int) -> str:
    roof = polygon(
        [(x - 8, top), (x + width / 2, top - 90), (x + width + 8, top)], "#5f4450" if index % 2 else "#84494a"
    )
    panes = ""
    for row in range(4):
        for column in range(3):
            left, high = x + width * (0.14 + 0.27 * column), top + 44 + row * 112
            panes += rect(left - 9, high, width * 0.18 + 18, 66, "#fff5df", radius=4, opacity=0.75)
            panes += rect(left, high + 6, width * 0.18, 54, "#4f6a7c", radius=3)
    return rect(x, top, width, 520, wall) + roof + panes


def _tram_car() -> str:
    arm = (
        line(800, 470, 740, 390, "#38424f", 8)
        + line(740, 390, 810, 318, "#38424f", 8)
        + line(770, 318, 850, 318, "#38424f", 8)
    )
    body = (
        rect(250, 520, 1100, 350, "#c8323b", radius=70)
        + rect(250, 520, 1100, 190, "#f8efdc", radius=70)
        + rect(250, 640, 1100, 80, "#f8efdc")
    )
    band = rect(250, 712, 1100, 14, "#8f1f2b") + rect(300, 486, 1000, 44, "#5f6873", radius=20)
    windows = "".join(rect(x, 560, 118, 124, "#35566b", radius=16) for x in (420, 556, 832, 968)) + "".join(
        rect(x, 560, 92, 270, "#4a6d82", radius=14) + rect(x + 43, 560, 6, 270, "#f8efdc")
        for x in (702, 1106)
    )
    fronts = shape("M272,690q0,-118 70,-128h46v128z", "#35566b") + shape(
        "M1328,690q0,-118 -70,-128h-46v128z", "#35566b"
    )
    glints = "".join(
        polygon([(x, 560), (x + 34, 560), (x - 6, 684), (x - 40, 684)], "#ffffff", opacity=0.16)
        for x in (500, 640, 910, 1050)
    )
    wheels = "".join(
        circle(x, 876, 36, "#2d333c") + circle(x, 876, 15, "#8a939d") for x in (400, 500, 1100, 1200)
    )
    lamps = circle(300, 780, 16, "#ffe49a") + circle(1300, 780, 16, "#ffe49a")
    riders = "".join(
        circle(x, 640, 24, tone) + rect(x - 30, 660, 60, 24, coat, radius=12) for x, tone, coat in _RIDERS
    )
    return (
        arm
        + ellipse(800, 912, 560, 16, "#3d444d", opacity=0.5)
        + wheels
        + body
        + band
        + windows
        + fronts
        + riders
        + glints
        + lamps
    )


_RIDERS = (
    (470, "#d9a07a", "#e9b44c"),
    (614, "#8a5a42", "#d96a5b"),
    (880, "#f0c8a4", "#6fa8a0"),
    (1030, "#b67b58", "#f1e2c4"),
)


def _street_trees() -> str:
    return "".join(
        rect(x - 9, 700, 18, 190, "#5b4636")
        + circle(x, 640, 84, "#4d8a63")
        + circle(x - 26, 612, 50, "#66a577")
        for x in (130, 1486)
    )
