"""Which format a file has: by its first bytes, then by the end of its name."""

from __future__ import annotations

import mmap
import re
import zlib
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from rag.errors import UnreadableDocument

_BY_ENDING = {
    ending: name
    for name, endings in {
        "pdf": "pdf",
        "docx": "docx docm dotx dotm",
        "pptx": "pptx pptm ppsx ppsm potx potm",
        "xlsx": "xlsx xlsm xltx xltm",
        "odt": "odt ott fodt",
        "rtf": "rtf",
        "epub": "epub",
        "html": "html htm xhtml xht shtml",
        "md": "md markdown mdown mkd mdx rmd qmd",
        "rst": "rst rest",
        "org": "org",
        "csv": "csv",
        "tsv": "tsv tab",
        "jsonl": "jsonl ndjson",
        "json": "json geojson jsonld ipynb",
        "xml": "xml xsl xslt xsd rdf opml rss atom tei dbk nxml",
        "eml": "eml mht mhtml",
    }.items()
    for ending in endings.split()
}
_BINARY = frozenset({"pdf", "docx", "pptx", "xlsx", "odt", "rtf", "epub"})

_PICTURE = "a picture, and holds no text: run OCR on it and save the result as a searchable PDF or as text."
_SOUND = "a sound recording: write down or transcribe what is said and save it as text."
_FILM = "a film: transcribe what is said in it and save it as text."
_ARCHIVE = "an archive of other files: unpack it and put the files in the folder."
_PROGRAM = "a program, not a document."
_DATA = "a data file of a program: export what it holds as CSV or text."
_FONT = "a font, not a document."
_OLD = "an old {} format: open it in {} or LibreOffice and save it as .{}."
_OLD_WORD = _OLD.format("Word", "Word", "docx")
_OLD_SLIDES = _OLD.format("PowerPoint", "PowerPoint", "pptx")
_OLD_SHEETS = _OLD.format("Excel", "Excel", "xlsx")
_OUTLOOK = "an Outlook message: open it in Outlook and save it as .eml, or as PDF."
_LOCKED = "protected by a password: open it, remove the password and save a copy."

_SIGNATURES = (  # offset, bytes, what it is
    (0, b"\x89PNG", _PICTURE),
    (0, b"\xff\xd8\xff", _PICTURE),
    (0, b"GIF8", _PICTURE),
    (0, b"II*\0", _PICTURE),
    (0, b"MM\0*", _PICTURE),
    (0, b"8BPS", _PICTURE),
    (0, b"AT&TFORM", _PICTURE),
    (0, b"\0\0\x01\0", _PICTURE),
    (8, b"WEBP", _PICTURE),
    (4, b"ftyphei", _PICTURE),
    (4, b"ftypmif1", _PICTURE),
    (4, b"ftypavif", _PICTURE),
    (4, b"ftypM4A", _SOUND),
    (8, b"WAVE", _SOUND),
    (0, b"ID3", _SOUND),
    (0, b"OggS", _SOUND),
    (0, b"fLaC", _SOUND),
    (4, b"ftyp", _FILM),
    (8, b"AVI ", _FILM),
    (0, b"\x1aE\xdf\xa3", _FILM),
    (0, b"FLV\x01", _FILM),
    (0, b"\x1f\x8b", _ARCHIVE),
    (0, b"BZh", _ARCHIVE),
    (0, b"\xfd7zXZ\0", _ARCHIVE),
    (0, b"7z\xbc\xaf", _ARCHIVE),
    (0, b"Rar!\x1a", _ARCHIVE),
    (0, b"\x28\xb5\x2f\xfd", _ARCHIVE),
    (257, b"ustar", _ARCHIVE),
    (0, b"\x7fELF", _PROGRAM),
    (0, b"\xca\xfe\xba\xbe", _PROGRAM),
    (0, b"\xcf\xfa\xed\xfe", _PROGRAM),
    (0, b"\0asm", _PROGRAM),
    (0, b"SQLite format 3\0", _DATA),
    (0, b"PAR1", _DATA),
    (0, b"\x89HDF", _DATA),
    (0, b"wOF", _FONT),
    (0, b"OTTO\0", _FONT),
    (0, b"\0\x01\0\0\0", _FONT),
)
_UNREAD_ENDINGS = {
    ending: what
    for what, endings in {
        _PICTURE: "bmp svg heic ico psd ai eps tga emf wmf jpg jpeg png gif tif tiff webp",
        _SOUND: "mp3 wav m4a aac wma amr",
        _FILM: "mp4 mov avi mkv wmv mpg mpeg",
        _ARCHIVE: "zip tar tgz gz 7z rar",
        _PROGRAM: "exe dll so dylib class pyc o msi",
        _OLD_WORD: "doc dot",
        _OLD_SLIDES: "ppt pps pot",
        _OLD_SHEETS: "xls xlt",
        _OUTLOOK: "msg",
        "a mailbox of several messages: save each message as .eml.": "mbox pst ost",
        "an e-book of a kind that cannot be read: convert it to .epub.": "mobi azw azw3 fb2 lit",
        "a database of a program: export its tables as CSV.": "mdb accdb sqlite db",
        "a drawing or diagram: export it as PDF.": "vsd vsdx dwg dxf",
        "a page description: convert it to PDF.": "ps xps oxps djvu",
    }.items()
    for ending in endings.split()
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS = (  # names in the directory of an OLE container, the most telling first
    ("EncryptedPackage", _LOCKED),
    ("__substg1.0_", _OUTLOOK),
    ("WordDocument", _OLD_WORD),
    ("PowerPoint Document", _OLD_SLIDES),
    ("Workbook", _OLD_SHEETS),
)
_ZIP_MEMBERS = (
    ("word/document", "docx"),
    ("ppt/presentation.xml", "pptx"),
    ("xl/workbook.xml", "xlsx"),
)
_APPLE = "a Pages, Numbers or Keynote document: export it as PDF or in an Office format."
_ZIP_UNREAD = (
    ("xl/workbook.bin", "a binary Excel workbook: open it in Excel and save it as .xlsx."),
    ("Index/Document.iwa", _APPLE),
    ("Index.zip", _APPLE),
)
_ZIP_TYPES = (
    ("application/epub+zip", "epub"),
    ("application/vnd.oasis.opendocument.text", "odt"),
)
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
_HTML = re.compile(
    rb"\s*(<\?xml[^>]*>\s*)?(?>(<!--.*?-->\s*)*)<(!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_MAIL = re.compile(rb"([!-9;-~]+:[^\n]*\n([ \t][^\n]*\n)*){2}")
_MAIL_FIELDS = re.compile(rb"^(mime-version|received|message-id|return-path):", re.IGNORECASE | re.MULTILINE)


def format_of(path: Path, head: bytes) -> str:
    """The name of the format ("pdf", "csv", "txt" for any other text), from the file's first 4,096 bytes.

    What a file holds counts more than what its name says. Raises UnreadableDocument, with the
    remedy, for a format that is known and cannot be read.
    """
    ending = path.suffix[1:].lower()
    named = _BY_ENDING.get(ending, "")
    if head.lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"%PDF-") or (named == "pdf" and b"%PDF-" in head[:1024]):
        return "pdf"
    if head.startswith(b"{\\rtf"):
        return "rtf"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_format(path, named)
    if head.startswith(_OLE):
        raise _unreadable(_ole_format(path, ending))
    for offset, signature, what in _SIGNATURES:
        if head.startswith(signature, offset) and (offset != 8 or head.startswith(b"RIFF")):
            raise _unreadable(what)
    if _HTML.match(head) and named in _BINARY | {"", "xml"}:
        return "html"
    if ending in _UNREAD_ENDINGS and (b"\0" in head or ending in ("svg", "eps", "ai", "ps", "mbox", "dxf", "fb2")):
        raise _unreadable(_UNREAD_ENDINGS[ending])
    if named in _BINARY:
        return _misnamed(head, named, ending)
    if not named and _is_mail(head):
        return "eml"
    if not named and head.lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"<?xml"):
        return "xml"
    return named or "txt"


def _unreadable(what: str) -> UnreadableDocument:
    return UnreadableDocument(f"The file is {what}")


def _misnamed(head: bytes, named: str, ending: str) -> str:
    """A text in spite of its name, unless it holds what texts do not."""
    if named == "odt" and b"<office:document" in head:
        raise _unreadable("a flat OpenDocument text: open it in LibreOffice and save it as .odt.")
    if b"\0" in head or any(byte < 9 for byte in head):
        raise UnreadableDocument(
            f"The file is damaged, or is no .{ending} file in spite of its name: get it again, or give it the "
            "ending of what it really is."
        )
    return "txt"


def _is_mail(head: bytes) -> bool:
    head = head.replace(b"\r\n", b"\n")
    return bool(_MAIL.match(head) and _MAIL_FIELDS.search(head.partition(b"\n\n")[0]))


def _ole_format(path: Path, ending: str) -> str:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        for name, what in _OLE_STREAMS:
            if data.find(name.encode("utf-16-le")) >= 0:
                return what
    return _UNREAD_ENDINGS.get(ending, "an old Office format: save it in a newer format, or as PDF.")


def _zip_format(path: Path, named: str) -> str:
    try:
        with ZipFile(path) as archive:
            names = set(archive.namelist())
            declared = _declared_type(archive)
    except (BadZipFile, OSError, NotImplementedError, ValueError, RuntimeError):
        if named in _BINARY:
            return named  # its own reader says what is wrong with it
        raise _unreadable("a damaged zip archive: get it again and unpack it.") from None
    for member, what in _ZIP_UNREAD:
        if member in names:
            raise _unreadable(what)
    for prefix, name in _ZIP_MEMBERS:
        if any(member.startswith(prefix) for member in names):
            return name
    for media_type, name in _ZIP_TYPES:
        if declared.startswith(media_type):
            return name
    if declared.startswith(_OPEN_DOCUMENT):
        raise _unreadable("an OpenDocument table, slide show or drawing: save it as .xlsx, .pptx or PDF.")
    if named in _BINARY:
        return named
    raise _unreadable(_PROGRAM if "META-INF/MANIFEST.MF" in names else _ARCHIVE)


def _declared_type(archive: ZipFile) -> str:
    """What the member "mimetype" says, as EPUB and OpenDocument have it."""
    try:
        with archive.open("mimetype") as member:
            return member.read(100).decode("ascii", "replace").strip()
    except (KeyError, BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, zlib.error):
        return ""
