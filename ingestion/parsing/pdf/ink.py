"""Estimate how much text a picture shows, without reading it.

Lettering is told from photos and drawings by its parts: small squares of mostly one shade, the
paper, with many sharp edges on it. A photo has edges without paper, a drawing or a gradient paper
without edges.
"""

from PIL import Image, ImageChops

DPI = 100  # the resolution at which the measures below were tried

_SIDE = 32  # pixels of a square, which holds about one word of running text
_HEADLINE = 3  # how much smaller a picture is made to find its large letters

_SHARP = 48  # shades between two neighbouring pixels
_EDGES = range(15, 128)  # of 255, the mean share of edges; fewer are a line, more are a pattern
_CONTRAST = 64  # shades
_PAPER, _INK, _MIDTONES = 0.5, 0.03, 0.35  # shares of a square's pixels


def squares_of_text(picture: Image.Image) -> int:
    """Return how many squares of a greyscale picture at 100 dpi look like a word of text."""
    squares = _squares(picture)
    if min(picture.size) >= _HEADLINE * _SIDE:
        squares = max(squares, _squares(picture.reduce(_HEADLINE)))
    return squares


def _squares(picture: Image.Image) -> int:
    columns, rows = picture.width // _SIDE, picture.height // _SIDE
    if not columns or not rows:
        return 0
    picture = picture.crop((0, 0, columns * _SIDE, rows * _SIDE))
    steps = ImageChops.difference(picture, ImageChops.offset(picture, 1, 0))
    edges = steps.point([255 * (step >= _SHARP) for step in range(256)]).reduce(_SIDE)
    return sum(
        density in _EDGES and _is_lettered(picture, number % columns, number // columns)
        for number, density in enumerate(edges.tobytes())
    )


def _is_lettered(picture: Image.Image, column: int, row: int) -> bool:
    """Return whether most of a square is of one shade and the rest is of another."""
    left, top = column * _SIDE, row * _SIDE
    shades = picture.crop((left, top, left + _SIDE, top + _SIDE)).histogram()
    used = [shade for shade, count in enumerate(shades) if count]
    darkest, lightest = used[0], used[-1]
    if lightest - darkest < _CONTRAST:
        return False
    third = (lightest - darkest) // 3
    dark = sum(shades[: darkest + third]) / _SIDE**2
    light = sum(shades[lightest - third :]) / _SIDE**2
    return max(dark, light) >= _PAPER and min(dark, light) >= _INK and dark + light >= 1 - _MIDTONES
