"""Footnotes: calls in the text, definitions at its end."""

from collections.abc import Iterator, Mapping

from cms.importing.html.held import HeldMarkdown
from cms.importing.html.parsing import HtmlElement, put_text


class FootnoteCalls:
    """The notes of one body, numbered by their first call."""

    def __init__(self, notes: Mapping[str, str]) -> None:
        self._notes = notes
        self._labels: dict[str, int] = {}

    def hold_calls(self, body: HtmlElement, held: HeldMarkdown) -> None:
        """Write each call of a known note; its number in the HTML is replaced by its place."""
        for node in list(body.iter("sup")):
            note_id = node.get("data-fn")
            if note_id in self._notes:
                label = self._labels.setdefault(note_id, len(self._labels) + 1)
                put_text(node, held.hold(f"[^{label}]"))

    def called(self) -> Iterator[tuple[int, str]]:
        """Number and HTML of each called note, in order."""
        return ((label, self._notes[note_id]) for note_id, label in self._labels.items())

    def uncalled(self) -> Iterator[str]:
        """The HTML of the notes that the text does not call."""
        return (note for note_id, note in self._notes.items() if note_id not in self._labels)


def definition(label: int, markdown: str) -> str:
    """A note's definition; further lines are indented so that they stay in it."""
    return f"[^{label}]: " + markdown.replace("\n", "\n    ").replace("\n    \n", "\n\n")
