"""Damage inside zip files: to the XML of their members, which is packed again with a right checksum, and to the
members themselves. Damage to the bytes of a packed member only shows that the checksum is looked at."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from random import Random

from fuzz.mutate import BYTES, LARGEST, NUMBERS, ODD_NUMBERS, ODD_TEXTS, TEXTS, Mutator, of_text

_TAG = re.compile(r"<[^<>]{1,2000}>")
_ATTRIBUTE = re.compile(r'(?<==)"[^"<]*"')
_OPENED = re.compile(r"<([\w:.-]+)[^<>]*(?<!/)>")
_LEAF = re.compile(r">([^<>]{1,2000})<")
_BOMB = (
    '<!DOCTYPE a [<!ENTITY e0 "boom">'
    + "".join(f'<!ENTITY e{number} "{f"&e{number - 1};" * 10}">' for number in range(1, 12))
    + '<!ENTITY s SYSTEM "file:///etc/passwd"><!ENTITY % p SYSTEM "file:///x">]>'
)
_NAMES = ("../../../tmp/fuzzed", "/etc/passwd", "C:\\x", "a" * 300, "", ".", "é\u202e", "a\0b", "a//b/./../c", "word/")


def repeat_tag(text: str, chance: Random) -> str:
    """A tag again, alone or very often, where it is or elsewhere."""
    tags = list(_TAG.finditer(text))
    if not tags:
        return text
    tag, place = chance.choice(tags), chance.choice(tags).end()
    return text[:place] + tag[0] * chance.choice((1, 2, 50, 2000)) + text[place:]


def repeat_element(text: str, chance: Random) -> str:
    """An element with all that is in it again, many times, beside itself or inside another."""
    if (found := _element(text, chance)) is None:
        return text
    start, end = found
    times = chance.choice((1, 2, 20, 500))
    place = chance.choice((end, *(tag.end() for tag in chance.choices(list(_TAG.finditer(text)), k=2))))
    return text[:place] + (text[start:end] * times)[:LARGEST] + text[place:]


def delete_element(text: str, chance: Random) -> str:
    """An element that the format asks for and that is not there."""
    if (found := _element(text, chance)) is None:
        return text
    return text[: found[0]] + text[found[1] :]


def nest_element(text: str, chance: Random) -> str:
    """An element inside itself, as deep as XML parsers go and deeper."""
    if (found := _element(text, chance)) is None:
        return text
    start, end = found
    opened = _OPENED.match(text, start)
    if opened is None:
        return text
    depth = chance.choice((2, 20, 100, 240, 250, 2000, 50_000))
    tags = opened[0] * depth, f"</{opened[1]}>" * depth
    return text[:start] + tags[0] + text[start:end] + tags[1] + text[end:]


def replace_value(text: str, chance: Random) -> str:
    """An attribute's value or an element's text: a number out of range, something odd, or what another one says."""
    pattern = chance.choice((_ATTRIBUTE, _ATTRIBUTE, _LEAF))
    for _ in range(chance.choice((1, 1, 3, 20))):
        found = list(pattern.finditer(text))
        if not found:
            break
        value = chance.choice(found)
        said = (
            chance.choice(found)[0][1:-1],
            str(chance.choice(NUMBERS)),
            chance.choice(ODD_NUMBERS),
            _plain(chance),
            "x" * 300_000,
        )
        new = chance.choices(said, weights=(6, 6, 4, 3, 1))[0]
        text = text[: value.start() + 1] + new + text[value.end() - 1 :]
    return text


def rename_tag(text: str, chance: Random) -> str:
    """Every element of one name under the name of another."""
    names = sorted({tag[1] for tag in _OPENED.finditer(text)})
    if len(names) < 2:
        return text
    old, new = chance.sample(names, 2)
    return re.sub(rf"(</?){re.escape(old)}(?=[\s/>])", lambda found: found[1] + new, text)


def declare_entities(text: str, chance: Random) -> str:
    """Entities that would grow without end or fetch a file."""
    text = re.sub(r"^\ufeff?<\?xml[^>]*\?>", "", text)
    text = _LEAF.sub(lambda found: f">{found[1]}&{chance.choice(('e11', 's', 'unknown'))};<", text, count=3)
    return _BOMB + text


def _plain(chance: Random) -> str:
    return "".join(letter for letter in chance.choice(ODD_TEXTS) if letter not in '<>&\0"')


def _element(text: str, chance: Random) -> tuple[int, int] | None:
    """Where an element begins and ends, roughly: at the first end tag of its name."""
    found = list(_OPENED.finditer(text))
    if not found:
        return None
    opened = chance.choice(found)
    closing = f"</{opened[1]}>"
    end = text.find(closing, opened.end())
    return None if end < 0 else (opened.start(), end + len(closing))


XML: tuple[Mutator, ...] = tuple(
    map(
        of_text,
        (
            repeat_tag,
            repeat_element,
            delete_element,
            nest_element,
            replace_value,
            replace_value,
            rename_tag,
            declare_entities,
        ),
    )
)


def damage_zip(data: bytes, other: bytes, chance: Random) -> bytes:
    """The zip file with members that were changed, renamed, dropped or doubled; else the bytes themselves damaged."""
    members = _members(data)
    if not members or chance.random() < 0.1:
        return chance.choice(BYTES)(data, chance)
    for _ in range(chance.choice((1, 1, 2, 4))):
        place = chance.randrange(len(members))
        name, body = members[place]
        match chance.choices(range(6), weights=(24, 2, 1, 1, 1, 1))[0]:
            case 0:
                mutators = chance.choices((XML, TEXTS, BYTES), weights=(7, 2, 1))[0]
                members[place] = (name, chance.choice(mutators)(body, chance))
            case 1 if len(members) > 1:
                del members[place]
            case 2:
                members.append((name, chance.choice(members)[1]))
            case 3:
                members[place] = (chance.choice(_NAMES), body)
            case 4:
                members[place] = (name, chance.choice(members)[1])
            case _:
                members += _members(other)
    return _packed(members, chance)


def _members(data: bytes) -> list[tuple[str, bytes]]:
    """The members and what they hold; none where the file is no zip file."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            return [(entry.filename, file.read(entry)) for entry in file.infolist() if entry.file_size < LARGEST]
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError):
        return []


def _packed(members: list[tuple[str, bytes]], chance: Random) -> bytes:
    out = io.BytesIO()
    method = chance.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED))
    with zipfile.ZipFile(out, "w", method, compresslevel=1) as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that are there twice
        for name, body in members:
            file.writestr(zipfile.ZipInfo(name or "x"), body, method)
    return out.getvalue()
