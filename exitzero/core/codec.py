"""Values to plain JSON data and back, by their declared types, so that a stored fact needs no code of its own.

Understands frozen dataclasses, named tuples, instants, dates, times, enums, tuples, sets, mappings with text keys
and ``X | None``.
"""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, time
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints


def to_plain(value: object) -> Any:
    """``value`` as data that JSON can hold; instants in UTC, sets sorted."""
    match value:
        case Enum():
            return value.value
        case None | bool() | int() | float() | str():
            return value
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case time():
            return value.isoformat("auto" if value.second or value.microsecond else "minutes")
        case Mapping():
            return {str(to_plain(key)): to_plain(item) for key, item in value.items()}
        case frozenset() | set():
            items = [to_plain(item) for item in value]
            return sorted(items, key=canonical) if any(isinstance(item, dict) for item in items) else sorted(items)
        case tuple() if hasattr(value, "_asdict"):
            return {key: to_plain(item) for key, item in value._asdict().items()}
        case tuple() | list():
            return [to_plain(item) for item in value]
        case _ if is_dataclass(value) and not isinstance(value, type):
            return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"no plain form for {type(value).__name__}")


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def from_plain(kind: Any, plain: Any) -> Any:
    """The value of type ``kind`` that :func:`to_plain` turned into ``plain``.

    Unknown keys are ignored and missing ones take their defaults, so that a newer program reads older facts.
    Raises ``TypeError``, ``ValueError`` or ``KeyError`` if ``plain`` does not fit.
    """
    origin, args = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        if plain is None and NoneType in args:
            return None
        return from_plain(next(arg for arg in args if arg is not NoneType), plain)
    if origin in (tuple, frozenset):
        return origin(from_plain(args[0], item) for item in plain)
    if origin is not None and issubclass(origin, Mapping):
        return {from_plain(args[0], key): from_plain(args[1], item) for key, item in plain.items()}
    if kind is Any or kind is object:
        return plain
    if is_dataclass(kind) or hasattr(kind, "_fields"):
        hints = _hints(kind)
        return kind(**{name: from_plain(hint, plain[name]) for name, hint in hints.items() if name in plain})
    if kind is datetime:
        return datetime.fromisoformat(plain).astimezone(UTC)
    if kind in (date, time):
        return kind.fromisoformat(plain)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(plain)
    if kind is float and isinstance(plain, int) and not isinstance(plain, bool):
        return float(plain)
    if not isinstance(plain, kind):
        raise TypeError(f"{plain!r} is no {kind.__name__}")
    return plain


def canonical(plain: Any) -> str:
    """The one text that a piece of plain data has, so that its hash is the same on every machine.

    Half a surrogate pair, which an answer from outside may hold, becomes a question mark: no file could hold it.
    """
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode(errors="replace").decode()
