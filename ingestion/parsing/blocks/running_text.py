"""The text of a paragraph, put together out of runs, links and formulas."""

from ingestion.parsing.inline import link, superscript


class RunningText:
    def __init__(self) -> None:
        self.length = 0
        self._pieces: list[str] = []
        self._raised: list[str] = []
        self._links: list[int] = []  # where the open links begin
        self._keeps_apart = False  # whether a formula or a power is last

    def write(self, text: str, *, is_raised: bool = False) -> None:
        self.length += len(text)
        if is_raised:
            self._raised.append(text)
        else:
            if self._raised:
                self._settle()
            if self._keeps_apart and text:
                if text[0].isalnum():
                    self._pieces.append(" ")
                self._keeps_apart = False
            self._pieces.append(text)

    def write_formula(self, text: str) -> None:
        """Write a formula, apart from the letters and digits beside it."""
        if text:
            last = self._last_character()
            self.write(f" {text}" if last.isalnum() and text[0].isalnum() else text)
            self._keeps_apart = True

    def begin_link(self) -> None:
        self._settle()
        self._links.append(len(self._pieces))

    def end_link(self, address: str) -> None:
        """Write the address of the link that began last, or at the text's beginning."""
        self._settle()
        begin = self._links.pop() if self._links else 0
        if address:
            self._pieces[begin:] = [link("".join(self._pieces[begin:]), address)]

    def take(self) -> str:
        """Return the text since the last call. Open links go on in the text that follows."""
        self._settle()
        text = "".join(self._pieces)
        self._pieces.clear()
        self._links = [0] * len(self._links)
        self.length = 0
        return text

    def _last_character(self) -> str:
        self._settle()
        return next((piece[-1] for piece in reversed(self._pieces) if piece), "")

    def _settle(self) -> None:
        if self._raised:
            power = superscript("".join(self._raised))
            self._raised.clear()
            self._pieces.append(power)
            self._keeps_apart = "^" in power
