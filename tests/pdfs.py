"""PDFs written by hand, so that each test shows what stands on the page."""

from __future__ import annotations

from pathlib import Path

Piece = tuple[float, float, str] | tuple[float, float, str, float] | tuple[float, float, str, float, str]
"""Left, base line, text, and if need be size (10) and font (F1: Helvetica, F2: bold)."""


def content(pieces: list[Piece]) -> bytes:
    shown = []
    for left, baseline, text, *rest in pieces:
        size, font = (rest + [10, "F1"][len(rest) :])[:2]
        escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        shown.append(f"BT /{font} {size} Tf 1 0 0 1 {left} {baseline} Tm ({escaped}) Tj ET")
    return "\n".join(shown).encode("cp1252")


def write_pdf(
    path: Path, pages: list[bytes], page: str = "", catalog: str = "", info: str = "", more: list[str] | None = None
) -> Path:
    """A PDF of these content streams; `more` are further objects, numbered from 5 on."""
    more = more or []
    first = 5 + len(more)
    kids = " ".join(f"{first + 2 * number} 0 R" for number in range(len(pages)))
    font = "<</Type/Font/Subtype/Type1/Encoding/WinAnsiEncoding/BaseFont/"
    objects: list[bytes] = [
        f"<</Type/Catalog/Pages 2 0 R{catalog}>>".encode(),
        f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>".encode(),
        f"<<{info}>>".encode("latin-1"),
        f"<</F1 {font}Helvetica>>/F2 {font}Helvetica-Bold>>>>".encode(),
        *(item.encode() for item in more),
    ]
    for number, stream in enumerate(pages):
        entry = f"/Contents {first + 2 * number + 1} 0 R/MediaBox[0 0 612 792]/Resources<</Font 4 0 R>>{page}"
        objects.append(f"<</Type/Page/Parent 2 0 R{entry}>>".encode())
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer<</Size %d/Root 1 0 R/Info 3 0 R>>startxref %d\n%%%%EOF" % (len(objects) + 1, table)
    path.write_bytes(out)
    return path


def lines_of(text: str, left: float, top: float, size: float = 10, leading: float = 12) -> list[Piece]:
    return [(left, top - leading * place, line, size) for place, line in enumerate(text.split("\n"))]
