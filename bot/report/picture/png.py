"""A picture as PNG, the same on every machine: with the bundled letters and no others. resvg is loaded when used."""

from importlib.resources import as_file, files

FONT = "DejaVuSans-subset.ttf"
FAMILY = "DejaVu Sans"
ZOOM = 2.5
"""Pixels a unit: sharp on a phone."""


def png(svg: str) -> bytes:
    """The picture's PNG on white, 2.5 pixels a unit. Raises ValueError where it is no SVG."""
    from resvg_py import svg_to_bytes

    with as_file(files("bot") / "data" / FONT) as font:
        return svg_to_bytes(
            svg_string=svg,
            background="#ffffff",
            skip_system_fonts=True,
            font_files=[str(font)],
            font_family=FAMILY,
            sans_serif_family=FAMILY,
            zoom=ZOOM,
        )
