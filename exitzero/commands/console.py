"""What every command needs: an engine for a moment, one way to print, ``--json``."""

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from exitzero.build import build_engine
from exitzero.core.codec import to_plain
from exitzero.core.errors import BadInput
from exitzero.desktop import logs, paths
from exitzero.engine.engine import Engine

EX_USAGE = 64
EX_FAULT = 70

Json = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]


class ReaderGone(Exception):
    """Carries a broken pipe past the command parser, which would make an exit code of its own of it."""


@contextmanager
def engine_for_command() -> Iterator[Engine]:
    """An engine that does not watch, closed afterwards."""
    folder = paths.data_dir()
    logs.set_up(paths.logs_dir(folder), logging.INFO, name="command")
    engine = build_engine(folder, mode="command")
    try:
        yield engine
    finally:
        engine.close()


def say(text: str) -> None:
    """Print a line. Raises :class:`ReaderGone` if nobody reads any more."""
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except BrokenPipeError as gone:
        raise ReaderGone from gone


def show(document: Any, words: str, *, as_json: bool) -> None:
    """Print ``document`` as JSON for scripts, or ``words`` for people."""
    say(json.dumps(to_plain(document), ensure_ascii=False) if as_json else words)


def needs_contract(engine: Engine) -> None:
    """Raise :class:`BadInput` where there is no contract yet."""
    if engine.ask(lambda questions: questions.contract()).result() is None:
        raise BadInput("contract", "There is no contract yet; make one with: exitzero init --leetcode NAME")
