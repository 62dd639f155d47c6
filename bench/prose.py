"""Text that looks like a newspaper's to a database: words of an uneven frequency, in sentences, paragraphs and headings."""

from random import Random

BODY_CHARACTERS = 4_000
_ONSETS = (
    "b",
    "br",
    "c",
    "d",
    "f",
    "g",
    "gr",
    "h",
    "l",
    "m",
    "n",
    "p",
    "pr",
    "r",
    "s",
    "st",
    "t",
    "tr",
    "v",
    "w",
)
_VOWELS = ("a", "e", "i", "o", "u", "ai", "ea", "ou")
_ENDINGS = ("", "", "n", "r", "s", "t", "nd", "ll", "rk", "ng")
_SMALL_WORDS = ("the", "of", "and", "to", "a", "in", "that", "for", "on", "with", "as", "by", "at", "from")


class Prose:
    """Writes texts; the same seed writes the same ones."""

    def __init__(self, random: Random, *, vocabulary: int = 3_000) -> None:
        self.random = random
        self.words = [self._new_word() for _ in range(vocabulary)]
        # Zipf: the n-th word is n times rarer than the first.
        self.weights = [1 / (rank + 1) for rank in range(vocabulary)]

    def title(self) -> str:
        """A headline of four to nine words."""
        return " ".join(self._some(self.random.randint(4, 9))).capitalize()

    def name(self) -> str:
        """A person's name."""
        return " ".join(self._new_word().capitalize() for _ in range(2))

    def word(self) -> str:
        """One word with a capital, as for a tag."""
        return self._new_word().capitalize()

    def body(self, *, characters: int = BODY_CHARACTERS) -> str:
        """Markdown of about so many characters: paragraphs, a heading every fourth, a list, and words that stand out."""
        blocks: list[str] = []
        while sum(map(len, blocks)) < characters:
            blocks.append(self._block(len(blocks)))
        return "\n\n".join(blocks)[:characters].rsplit(" ", 1)[0]

    def _block(self, number: int) -> str:
        if number % 5 == 4:
            return f"## {self.title()}"
        if number % 7 == 6:
            return "\n".join(f"- {self._sentence()}" for _ in range(3))
        return " ".join(self._sentence() for _ in range(self.random.randint(3, 5)))

    def _sentence(self) -> str:
        words = self._some(self.random.randint(8, 18))
        if self.random.random() < 0.2:
            place = self.random.randrange(len(words))
            words[place] = f"**{words[place]}**"
        sentence = " ".join(words)
        return sentence[0].upper() + sentence[1:] + "."

    def _some(self, count: int) -> list[str]:
        found = self.random.choices(self.words, self.weights, k=count)
        return [self.random.choice(_SMALL_WORDS) if self.random.random() < 0.35 else word for word in found]

    def _new_word(self) -> str:
        syllables = self.random.randint(1, 3)
        return "".join(
            self.random.choice(_ONSETS) + self.random.choice(_VOWELS) + self.random.choice(_ENDINGS)
            for _ in range(syllables)
        )
