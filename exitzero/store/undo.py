"""Taking back what was done to the person's ordinary tables, one step at a time.

Why it exists: targets, notes and mock interviews stand in no journal, so a slip of the hand would be final. What a
piece of work changes is noted as it is written: the rows that it made, the columns that it changed, the rows that it
deleted. Taking it back touches these and nothing else, and leaves alone what was changed again since. Facts cannot be
undone.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar, get_type_hints

from sqlalchemy import delete, event, func, insert
from sqlalchemy import inspect as look_into
from sqlmodel import Session, SQLModel, col, select

from exitzero.core.codec import canonical, from_plain, to_plain
from exitzero.store import tables
from exitzero.store.database import Unit

UNDOABLE: tuple[type[SQLModel], ...] = tables.KEPT
STEPS = 100
"""So many steps are kept for each scope."""

_BY_NAME = {str(table.__tablename__): table for table in UNDOABLE}
_REDO = ":redo"
Item = TypeVar("Item")


@dataclass(slots=True)
class Changes:
    """What a piece of work did, by table and primary key; ``before`` and ``after`` hold the changed columns only."""

    made: dict[tuple[str, str], None] = field(default_factory=dict)
    gone: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    before: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    after: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def inserted(self, table: type[SQLModel], keys: Iterable[object]) -> None:
        """Say which rows were inserted past the session, by one statement for many; keys of one column only."""
        for key in keys:
            self.made[str(table.__tablename__), _key_text([key])] = None

    def deleted(self, row: SQLModel) -> None:
        """Say that a row is deleted past the session."""
        self._note_gone(row)

    def note(self, session: Session) -> None:
        """Note what this flush writes."""
        for row in session.new:
            if isinstance(row, UNDOABLE):
                self._note_new(row)
        for row in session.dirty:
            if isinstance(row, UNDOABLE):
                self._note_changed(row)
        for row in session.deleted:
            if isinstance(row, UNDOABLE):
                self._note_gone(row)

    def _note_new(self, row: SQLModel) -> None:
        place = _place(row)
        was = self.gone.pop(place, None)
        if was is None:
            self.made[place] = None
        else:  # deleted and made again under its old key: changed
            self.before[place], self.after[place] = was, _plain(row)

    def _note_changed(self, row: SQLModel) -> None:
        place = _place(row)
        if place in self.made:
            return
        changed: dict[str, Any] = look_into(row).committed_state  # the values that the file had, of what was set
        if not changed:
            return
        before, after = self.before.setdefault(place, {}), self.after.setdefault(place, {})
        for name, was in changed.items():
            before.setdefault(name, to_plain(was))
            after[name] = to_plain(getattr(row, name))

    def _note_gone(self, row: SQLModel) -> None:
        place = _place(row)
        if place in self.made:
            del self.made[place]
            return
        self.gone[place] = {**_plain(row), **self.before.pop(place, {})}
        self.after.pop(place, None)

    @property
    def is_empty(self) -> bool:
        """True if nothing was changed after all."""
        return not (self.made or self.gone or any(self._really_changed()))

    def _really_changed(self) -> Iterator[tuple[tuple[str, str], dict[str, list[Any]]]]:
        for place, before in self.before.items():
            after = self.after[place]
            changed = {name: [was, after[name]] for name, was in before.items() if was != after[name]}
            if changed:
                yield place, changed

    def to_text(self) -> str:
        """As it is kept."""
        made: dict[str, list[Any]] = {}
        for table, key in self.made:
            made.setdefault(table, []).append(json.loads(key))
        gone = [[table, row] for (table, _key), row in self.gone.items()]
        changed = [[table, json.loads(key), columns] for (table, key), columns in self._really_changed()]
        return canonical({"made": made, "gone": gone, "changed": changed})


@contextmanager
def undoable(unit: Unit, scope: str, words: str | Callable[[], str]) -> Iterator[Changes]:
    """Note what the block does to ordinary tables as one step that :func:`undo` takes back; ``words`` name it.

    ``words`` may be worked out at the end. A block that changes nothing leaves no step.
    """
    with _watched(unit) as changes:
        yield changes
    if changes.is_empty:
        return
    unit.session.exec(delete(tables.UndoRow).where(col(tables.UndoRow.scope) == scope + _REDO))
    _keep(unit, scope, words if isinstance(words, str) else words(), changes)


def peek(session: Session, scope: str) -> str:
    """What :func:`undo` would take back, in words; empty for nothing."""
    row = _newest(session, scope)
    return row.words if row is not None else ""


def peek_redo(session: Session, scope: str) -> str:
    """What :func:`redo` would do again, in words; empty for nothing."""
    return peek(session, scope + _REDO)


def undo(unit: Unit, scope: str) -> str | None:
    """Take the last step back; gives its words, ``None`` if there is none."""
    return _take_back(unit, scope, scope + _REDO)


def redo(unit: Unit, scope: str) -> str | None:
    """Do the step again that was taken back last; gives its words, ``None`` if there is none."""
    return _take_back(unit, scope + _REDO, scope)


def _take_back(unit: Unit, scope: str, other: str) -> str | None:
    row = _newest(unit.session, scope)
    if row is None:
        return None
    words, body = row.words, json.loads(row.body)
    unit.session.delete(row)
    with _watched(unit) as changes:
        _restore(unit.session, body, changes)
    if not changes.is_empty:
        _keep(unit, other, words, changes)
    return words


def _restore(session: Session, body: dict[str, Any], changes: Changes) -> None:
    """Ten thousand rows go and come in a few statements: nobody waits for a writer that sends each by itself."""
    for name, keys in body["made"].items():
        table = _BY_NAME[name]
        for some in _parts(keys):
            for row in _rows(session, table, some):
                changes.deleted(row)
                session.expunge(row)
            session.execute(delete(table).where(_key(table).in_([key[0] for key in some])))
    gone: dict[str, list[dict[str, Any]]] = {}
    for name, plain in body["gone"]:
        gone.setdefault(name, []).append(plain)
    for name, plains in gone.items():
        table, key_name = _BY_NAME[name], _key(_BY_NAME[name]).name
        there = {getattr(row, key_name) for some in _parts(plains) for row in _rows(session, table, [
            [each[key_name]] for each in some
        ])}  # fmt: skip
        made = [each for each in plains if each[key_name] not in there]
        if made:
            session.execute(insert(table), [{name: _value(table, name, each[name]) for name in each} for each in made])
            changes.inserted(table, [each[key_name] for each in made])
    changed: dict[str, list[tuple[Any, dict[str, Any]]]] = {}
    for name, key, columns in body["changed"]:
        changed.setdefault(name, []).append((key[0], columns))
    for name, entries in changed.items():
        table = _BY_NAME[name]
        for some in _parts(entries):
            columns_of = dict(some)
            for row in _rows(session, table, [[key] for key, _ in some]):
                _put_back(row, columns_of[getattr(row, _key(table).name)])
    session.flush()


def _put_back(row: SQLModel, columns: dict[str, Any]) -> None:
    for column, (before, after) in columns.items():
        # What was changed again since is somebody's newer word.
        if to_plain(getattr(row, column)) == after:
            setattr(row, column, _value(type(row), column, before))


def _parts(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    for at in range(0, len(items), 500):
        yield items[at : at + 500]


def _rows(session: Session, table: type[SQLModel], keys: Sequence[Sequence[Any]]) -> Sequence[SQLModel]:
    return session.exec(select(table).where(_key(table).in_([key[0] for key in keys]))).all()


def _key(table: type[SQLModel]) -> Any:
    """The column that names a row; all tables that are undone have one of them."""
    (key,) = look_into(table).primary_key
    return key


@contextmanager
def _watched(unit: Unit) -> Iterator[Changes]:
    """Note every flush of the block."""
    session, changes = unit.session, Changes()
    session.flush()  # what came before the block is not its doing

    def noted(_session: object, _context: object) -> None:
        changes.note(session)

    event.listen(session, "after_flush", noted)
    try:
        yield changes
        session.flush()
    finally:
        event.remove(session, "after_flush", noted)


def _keep(unit: Unit, scope: str, words: str, changes: Changes) -> None:
    session = unit.session
    session.add(tables.UndoRow(scope=scope, at=unit.now, words=words, body=changes.to_text()))
    session.flush()
    row = tables.UndoRow
    count = session.exec(select(func.count()).select_from(row).where(row.scope == scope)).one()
    if count > STEPS:
        old = select(row.id).where(row.scope == scope).order_by(col(row.id)).limit(count - STEPS)
        session.exec(delete(row).where(col(row.id).in_(old)))


def _newest(session: Session, scope: str) -> tables.UndoRow | None:
    row = tables.UndoRow
    return session.exec(select(row).where(row.scope == scope).order_by(col(row.id).desc()).limit(1)).first()


def _place(row: SQLModel) -> tuple[str, str]:
    key = look_into(type(row)).primary_key_from_instance(row)
    return str(row.__tablename__), _key_text(key)


def _key_text(key: Iterable[object]) -> str:
    return canonical(to_plain(tuple(key)))


def _plain(row: SQLModel) -> dict[str, Any]:
    return {name: to_plain(getattr(row, name)) for name in type(row).model_fields}


_HINTS = {table: get_type_hints(table) for table in UNDOABLE}


def _value(table: type[SQLModel], column: str, plain: Any) -> Any:
    return from_plain(_HINTS[table][column], plain)
