"""Paragraphs of an RTF file that follow each other: of the body, a header, a footnote."""

from ingestion.parsing.blocks import Block, Form, row, title
from ingestion.parsing.rtf.text import Text


class Flow:
    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.text = Text()  # of the paragraph being read
        self.label: str | None = None
        self._heading: str | None = None
        self._cell: list[str] = []
        self._cells: list[list[str]] = []
        self._aside: list[Block] = []

    def end_paragraph(self, *, in_table: bool, is_heading: bool) -> None:
        text = self.text.take().strip()
        label, self.label = self.label, None
        if text and label:
            text = f"{label} {text}"
        if in_table:
            self._cell.append(text)
            return
        if is_heading:
            self._heading = title(text) or self._heading
        form: Form = "item" if label is not None and not is_heading else "paragraph"
        self._give(Block(text, None, self._heading, form))

    def end_cell(self) -> None:
        self.end_paragraph(in_table=True, is_heading=False)
        self._cells.append([text for text in self._cell if text])
        self._cell = []

    def end_row(self) -> None:
        cells, self._cells = self._cells, []
        if len(cells) == 1:  # for layout only
            for text in cells[0]:
                self._give(Block(text, None, self._heading))
        elif any(cells):
            self._give(Block(row(map(" ".join, cells)), None, self._heading, "row"))

    def end(self) -> None:
        """Gives what no control word has ended."""
        self.end_paragraph(in_table=bool(self._cell or self._cells), is_heading=False)
        if self._cell:
            self.end_cell()
        self.end_row()

    def take_aside(self, blocks: list[Block]) -> None:
        """What belongs to this paragraph and is to be read after it."""
        self._aside += (Block(block.text, None, self._heading, block.form) for block in blocks)

    def _give(self, block: Block) -> None:
        if block.text:
            self.blocks.append(block)
        self.blocks += self._aside
        self._aside.clear()
