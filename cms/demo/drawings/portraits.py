"""Five portraits without faces, one an author: nobody who exists is drawn."""

from dataclasses import dataclass

from cms.demo.drawings.svg import circle, document, ellipse, polygon, rect, ring, shape, sky, stroke

SIZE = 512


@dataclass(frozen=True)
class Sitter:
    """The colours and the shapes that tell one author from another."""

    ground: tuple[str, str]
    disc: str
    skin: str
    coat: str
    collar: str
    hair_behind: str = ""
    hair_before: str = ""
    extras: str = ""


def ines_morel() -> str:
    """Dark hair to the shoulders, a red scarf."""
    return _portrait(
        Sitter(
            ground=("#16305a", "#3b5f96"),
            disc="#f2b632",
            skin="#d99b74",
            coat="#1c2a4a",
            collar="#1c2a4a",
            hair_behind=shape(
                "M142,236q0,-128 114,-128t114,128v150q-40,24 -64,-6h-100q-24,30 -64,6z", "#2a1a22"
            ),
            hair_before=shape(
                "M160,226q8,-104 104,-104q86,6 90,104q-50,-6 -84,-54q-30,46 -110,54z", "#2a1a22"
            ),
            extras=shape("M180,372q76,54 152,0l10,40q-86,52 -172,0z", "#d9483b")
            + rect(300, 392, 44, 120, "#b93a30", radius=10),
        )
    )


def daniel_okafor() -> str:
    """Short hair, round glasses, a green pullover."""
    return _portrait(
        Sitter(
            ground=("#e7c9a0", "#f4e3c4"),
            disc="#2c7a7b",
            skin="#7a4a33",
            coat="#1f5a52",
            collar="#f4e3c4",
            hair_before=shape("M170,214q-6,-98 86,-98t86,98q-12,-44 -40,-52h-92q-28,8 -40,52z", "#1d1418"),
            extras=ring(220, 234, 28, "#f2b632", 7)
            + ring(292, 234, 28, "#f2b632", 7)
            + rect(246, 228, 20, 7, "#f2b632"),
        )
    )


def anouk_terrade() -> str:
    """Silver hair in a bun, a camera strap."""
    return _portrait(
        Sitter(
            ground=("#7d2f4a", "#b95b6a"),
            disc="#f4d9b0",
            skin="#f0c3a0",
            coat="#38304e",
            collar="#e9e4ef",
            hair_behind=circle(256, 104, 50, "#c9c4d6") + ellipse(256, 214, 104, 106, "#c9c4d6"),
            hair_before=shape("M160,232q-4,-110 96,-112t96,112q-20,-70 -96,-76q-76,6 -96,76z", "#dedae8"),
            extras=stroke("M150,400L246,512M362,400L266,512", "#1b1626", 14)
            + rect(212, 462, 88, 60, "#1b1626", radius=10)
            + circle(256, 494, 22, "#8fb3c4"),
        )
    )


def samir_belkadi() -> str:
    """A beard, a flat cap, a mustard jacket."""
    return _portrait(
        Sitter(
            ground=("#2f6b5f", "#6fa58f"),
            disc="#f0e2c2",
            skin="#c08a5e",
            coat="#c9902f",
            collar="#2b3a55",
            hair_behind=ellipse(256, 226, 94, 88, "#2b1d1a"),
            hair_before=shape(
                "M166,236q6,124 90,128q84,-4 90,-128q-16,40 -44,44q-46,-22 -92,0q-28,-4 -44,-44z", "#2b1d1a"
            ),
            extras=shape(
                "M148,190q10,-92 118,-92q96,6 102,74l44,18q-10,20 -60,18q-100,-24 -204,-18z", "#38465f"
            ),
        )
    )


def colette_brandt() -> str:
    """Copper curls, a straw hat, a blue shirt."""
    curls = "".join(
        circle(x, y, 34, "#b5562f")
        for x, y in ((158, 232), (150, 282), (174, 324), (354, 232), (362, 282), (338, 324))
    )
    return _portrait(
        Sitter(
            ground=("#a9cfd6", "#dcecd9"),
            disc="#e88b5d",
            skin="#eebc98",
            coat="#35618f",
            collar="#f7f0de",
            hair_behind=curls,
            extras=ellipse(256, 184, 158, 30, "#e3bd6b")
            + shape("M172,182q0,-96 84,-96t84,96z", "#f0d08a")
            + rect(172, 160, 168, 22, "#b93a30"),
        )
    )


def _portrait(sitter: Sitter) -> str:
    shoulders = shape("M60,512q8,-120 120,-138h152q112,18 120,138z", sitter.coat)
    collar = polygon([(196, 372), (316, 372), (256, 446)], sitter.collar)
    head = rect(222, 290, 68, 108, sitter.skin, radius=30) + ellipse(256, 238, 88, 104, sitter.skin)
    shade = shape("M222,330q34,26 68,0v34q-34,28 -68,0z", "#000000", opacity=0.14)
    return document(
        sky("ground", *sitter.ground),
        rect(0, 0, SIZE, SIZE, "url(#ground)"),
        circle(256, 250, 196, sitter.disc),
        sitter.hair_behind,
        shoulders,
        collar,
        head,
        shade,
        sitter.hair_before,
        sitter.extras,
        width=SIZE,
        height=SIZE,
    )
