"""JSON that somebody else may have written, read field by field: what is wrong is said with its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from rag.errors import RagError

_Kind = TypeVar("_Kind")
_LARGEST = 2**53
"""No number of characters or turns is larger, and every program reads whole numbers up to it."""


class Fields:
    """A JSON object. Each method gives one field, or raises RagError with its place, such as `turns[2].text`."""

    __slots__ = ("_values", "where")

    def __init__(self, value: object, where: str = "") -> None:
        if not isinstance(value, dict):
            raise RagError(f"{where or 'The whole'} is {_named(value)} and not an object.")
        self._values: dict[str, Any] = value
        self.where = where

    def has(self, key: str) -> bool:
        """Whether the field is there and is not null."""
        return self._values.get(key) is not None

    def text(self, key: str) -> str:
        """A text."""
        return self._of(key, str, "a text")

    def flag(self, key: str) -> bool:
        """True or false."""
        return self._of(key, bool, "true or false")

    def whole(self, key: str) -> int:
        """A whole number that is not negative."""
        value = self._get(key)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _LARGEST:
            raise self._wrong(key, value, "a whole number from 0")
        return value

    def whole_or_none(self, key: str) -> int | None:
        """A whole number that is not negative, or null."""
        return None if self._get(key) is None else self.whole(key)

    def number(self, key: str) -> float:
        """A number."""
        value = self._get(key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._wrong(key, value, "a number")
        try:
            return float(value)
        except OverflowError:
            raise self._wrong(key, value, "a number that can be counted with") from None

    def number_or_none(self, key: str) -> float | None:
        """A number, or null."""
        return None if self._get(key) is None else self.number(key)

    def one_of(self, key: str, kind: Callable[[str], _Kind]) -> _Kind:
        """A text that is one of an enumeration's."""
        text = self.text(key)
        try:
            return kind(text)
        except ValueError:
            raise self._wrong(key, text, "one of the words that may stand there") from None

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        values = self._of(key, list, "a list")
        for place, value in enumerate(values):
            if not isinstance(value, str):
                raise self._wrong(f"{key}[{place}]", value, "a text")
        return tuple(values)

    def intervals(self, key: str) -> tuple[tuple[int, int], ...]:
        """A list of pairs, start and end."""
        return tuple(
            (pair.whole("start"), pair.whole("end"))
            for pair in (Fields(_pair(value), f"{self._at(key)}[{n}]") for n, value in enumerate(self._list(key)))
        )

    def inner(self, key: str) -> Fields:
        """An object."""
        return Fields(self._get(key), self._at(key))

    def objects(self, key: str) -> list[Fields]:
        """A list of objects."""
        return [Fields(value, f"{self._at(key)}[{place}]") for place, value in enumerate(self._list(key))]

    def numbers_by_name(self, key: str) -> dict[str, float]:
        """An object of numbers."""
        named = self.inner(key)
        return {name: named.number(name) for name in named._values}

    def _list(self, key: str) -> list[Any]:
        return self._of(key, list, "a list")

    def _of(self, key: str, kind: type[_Kind], named: str) -> _Kind:
        value = self._get(key)
        if not isinstance(value, kind):
            raise self._wrong(key, value, named)
        return value

    def _get(self, key: str) -> Any:
        if key not in self._values:
            raise RagError(f"{self._at(key)} is missing.")
        return self._values[key]

    def _at(self, key: str) -> str:
        return f"{self.where}.{key}" if self.where else key

    def _wrong(self, key: str, value: object, wanted: str) -> RagError:
        return RagError(f"{self._at(key)} is {_named(value)} and not {wanted}.")


def _pair(value: object) -> object:
    return dict(zip(("start", "end"), value, strict=True)) if isinstance(value, list) and len(value) == 2 else value


def _named(value: object) -> str:
    """What a value is, for a message: never the whole of a long one."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, str):
        return f"the text “{value[:40]}{'…' if len(value) > 40 else ''}”"
    if isinstance(value, int | float):
        return "a number" if isinstance(value, int) and abs(value) > _LARGEST else f"the number {value}"
    return "a list" if isinstance(value, list) else "an object"
