"""Small PDFs, made by reportlab or by hand."""

from collections.abc import Callable, Mapping
from io import BytesIO

from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

Draw = Callable[[Canvas], None]


def make_pdf(*pages: Draw, size: tuple[float, float] = (595, 842)) -> bytes:
    file = BytesIO()
    canvas = Canvas(file, pagesize=size)
    for draw in pages:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def lines(*texts: str, left: int = 72, top: int = 720) -> Draw:
    def draw(canvas: Canvas) -> None:
        for number, text in enumerate(texts):
            canvas.drawString(left, top - 20 * number, text)

    return draw


def picture(image: Image.Image, hidden: str = "") -> Draw:
    """Draw a page that is a scan. OCR programs put `hidden` text in front of it."""

    def draw(canvas: Canvas) -> None:
        height = 450 * image.height / image.width
        canvas.drawImage(ImageReader(image), 72, 720 - height, 450, height)
        if hidden:
            layer = canvas.beginText(72, 700)
            layer.setTextRenderMode(3)
            layer.textLine(hidden)
            canvas.drawText(layer)

    return draw


def make_pdf_with_outline(pages: Mapping[int, list[tuple[int, str]]], *draws: Draw) -> bytes:
    """Return a PDF with bookmarks: (level from 0, title) by page from 0."""

    def with_bookmarks(number: int, draw: Draw) -> Draw:
        def both(canvas: Canvas) -> None:
            draw(canvas)
            for place, (level, title) in enumerate(pages.get(number, [])):
                key = f"{number}-{place}"
                canvas.bookmarkPage(key)
                canvas.addOutlineEntry(title, key, level)

        return both

    return make_pdf(*(with_bookmarks(number, draw) for number, draw in enumerate(draws)))


def with_unmapped_letters(text: str, shift: int) -> bytes:
    """Return a page whose font does not map glyphs to letters. Its codes are shifted letters."""
    from tests.ingestion.hostile.pdf_objects import one_page, stream

    codes = b"".join(b"%04x" % (ord(letter) + shift) for letter in text)
    font = (
        b"<</Type/Font/Subtype/Type0/BaseFont/Secret/Encoding/Identity-H/DescendantFonts[<<"
        b"/Type/Font/Subtype/CIDFontType2/BaseFont/Secret/DW 500"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        b"/FontDescriptor<</Type/FontDescriptor/FontName/Secret/Flags 4>>>>]>>"
    )
    content = stream(b"BT /G 12 Tf 72 700 Td <%b> Tj ET" % codes)
    return one_page(content, font, page=b"/Resources<</Font<</G 6 0 R>>>>").replace(
        b"/Resources<</Font<</F 5 0 R>>>>", b""
    )
