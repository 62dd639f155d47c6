"""Finished Markdown that rides through the converter under a token, so that nothing escapes or rewraps it."""

import re

NO_BREAK_SPACE = "\ue002"
TOKEN = re.compile("\ue000(\\d+)\ue001")
RELEASE_ROUNDS_MAX = 5


class HeldMarkdown:
    """The pieces that are held back, by number."""

    def __init__(self) -> None:
        self._pieces: list[str] = []

    def hold(self, markdown: str) -> str:
        """Keep a piece and return the token that stands for it."""
        self._pieces.append(markdown)
        return f"\ue000{len(self._pieces) - 1}\ue001"

    def release(self, markdown: str) -> str:
        """Put every piece where its token is; a piece may hold tokens itself."""
        for _ in range(RELEASE_ROUNDS_MAX):
            if "\ue000" not in markdown:
                break
            markdown = TOKEN.sub(lambda match: self._pieces[int(match[1])], markdown)
        return markdown.replace(NO_BREAK_SPACE, "\u00a0")
