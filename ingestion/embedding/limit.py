from time import monotonic

UNHURRIED = 3.0
"""How many times as long as the fastest an answer may take. An embedder of a fixed rate that has
two requests in hand is never idle and takes twice as long for each; with more, they only wait in
its queue, and so do the questions of searches."""

FORGETS = 1.01  # by how much the fastest answer counts as slower with each one after it


class Limit:
    """How many requests this process may have under way: one more after as many good answers as it
    has now, half as many after a bad one. Moments are those of `monotonic`."""

    def __init__(self, *, timeout: float) -> None:
        """Of an embedder whose answers take no longer than `timeout`, in seconds."""
        self._timeout = timeout
        self._size = 1.0
        self._halved_at = float("-inf")
        self._fastest = float("inf")  # seconds per character

    def allows(self, under_way: int, *, most: int) -> bool:
        self._size = min(self._size, max(most, 1))
        return under_way < int(self._size)

    def went_well(self, characters: int, *, took: float, began: float) -> None:
        if took > self._timeout / 2:  # soon one will take too long
            self.went_badly(began=began)
            return
        pace = took / max(characters, 1)
        self._fastest = min(self._fastest * FORGETS, pace)
        if pace <= self._fastest * UNHURRIED:
            self._size += 1 / int(self._size)

    def went_badly(self, *, began: float) -> None:
        """Requests that were under way together are one sign, and halve it once."""
        if began >= self._halved_at:
            self._size = max(1.0, self._size / 2)
            self._halved_at = monotonic()
