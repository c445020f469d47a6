"""The comments of a Word file, which are a part of their own and follow what they are about."""

from collections.abc import Iterator

from ingestion.parsing.blocks import Block

MAX_COMMENTS = 10_000_000  # characters that are held until the text comes to them


class Comments:
    """The texts of comments by their ids. Each is taken once."""

    def __init__(self) -> None:
        self._texts: dict[str, list[str]] = {}
        self._length = 0

    def add(self, key: str, author: str, text: str) -> bool:
        """Keep a comment, or another paragraph of one. Return False if there is no room for it."""
        words, name = " ".join(text.split()), " ".join(author.split())
        self._length += len(words)
        if self._length > MAX_COMMENTS:
            return False
        if words and key not in self._texts:
            self._texts[key] = [f"Comment by {name}:" if name else "Comment:"]
        if words:
            self._texts[key].append(words)
        return True

    def take(self, key: str) -> str:
        return " ".join(self._texts.pop(key, []))

    def rest(self) -> Iterator[Block]:
        """Yield the comments that the text does not refer to."""
        return (Block(self.take(key)) for key in list(self._texts))
