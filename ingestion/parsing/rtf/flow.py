"""A flow of paragraphs and table rows in an RTF file, such as the body or a footnote."""

from collections.abc import Callable

from ingestion.parsing.blocks import Block, Form, as_title, join_cells
from ingestion.parsing.symbol_fonts import from_symbol_font


class Text:
    """The text of the open paragraph, which mixes characters and bytes in several code pages."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._code_page = "cp1252"
        self._units: list[str] = []

    def add_bytes(self, data: bytes, code_page: str) -> None:
        if code_page != self._code_page:
            self._decode()
            self._code_page = code_page
        self._bytes += data

    def add(self, text: str) -> None:
        self._decode()
        self._units.append(text)

    def add_mapped(self, data: bytes, font: str) -> None:
        """Add text in a font of signs, such as Symbol."""
        self.add(from_symbol_font(font, data.decode("latin-1")))

    def mark(self) -> int:
        """Return the place where the text ends now, for `replace_from`."""
        self._decode()
        return len(self._units)

    def replace_from(self, mark: int, change: Callable[[str], str]) -> None:
        """Change the text since a mark. Do nothing if a paragraph has ended since."""
        self._decode()
        if mark < len(self._units):
            self._units[mark:] = [change("".join(self._units[mark:]))]

    def take(self) -> str:
        self._decode()
        # Surrogate pairs are joined, because RTF writes characters beyond U+FFFF as two units.
        text = "".join(self._units).encode("utf-16-le", "surrogatepass")
        self._units.clear()
        return text.decode("utf-16-le", "replace")

    def _decode(self) -> None:
        if self._bytes:
            self._units.append(self._bytes.decode(self._code_page, "replace"))
            self._bytes.clear()


class Flow:
    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.text = Text()  # of the open paragraph
        self.label: str | None = None
        self._heading: str | None = None
        self._cell: list[str] = []
        self._cells: list[list[str]] = []
        self._deferred: list[Block] = []

    def end_paragraph(self, *, in_table: bool, is_heading: bool) -> None:
        text = self.text.take().strip()
        label, self.label = self.label, None
        if text and label:
            text = f"{label} {text}"
        if in_table:
            self._cell.append(text)
            return
        if is_heading:
            self._heading = as_title(text) or self._heading
        form: Form = "item" if label is not None and not is_heading else "paragraph"
        self._emit(Block(text, None, self._heading, form))

    def end_cell(self) -> None:
        self.end_paragraph(in_table=True, is_heading=False)
        self._cells.append([text for text in self._cell if text])
        self._cell = []

    def end_row(self) -> None:
        cells, self._cells = self._cells, []
        if len(cells) == 1:  # a table for layout only
            for text in cells[0]:
                self._emit(Block(text, None, self._heading))
        elif any(cells):
            self._emit(Block(join_cells(map(" ".join, cells)), None, self._heading, "row"))

    def end(self) -> None:
        """End the open paragraph and row, since no control word has."""
        self.end_paragraph(in_table=bool(self._cell or self._cells), is_heading=False)
        if self._cell:
            self.end_cell()
        self.end_row()

    def defer(self, blocks: list[Block]) -> None:
        """Keep the blocks of a footnote or text box until the open paragraph ends."""
        self._deferred += (Block(block.text, None, self._heading, block.form) for block in blocks)

    def _emit(self, block: Block) -> None:
        if block.text:
            self.blocks.append(block)
        self.blocks += self._deferred
        self._deferred.clear()
