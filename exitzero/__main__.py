"""The way in: opens the cockpit, or hands over to a command, importing no more than that needs."""

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from exitzero.core.errors import OutsideTrouble

EX_FAULT = 70
EX_UNAVAILABLE = 69
EX_USAGE = 64


def _take_data_dir(arguments: list[str]) -> list[str]:
    """Take ``--data-dir DIR`` out, wherever it stands, and put it where every part looks for it."""
    left: list[str] = []
    waiting = iter(arguments)
    for argument in waiting:
        name, has_value, value = argument.partition("=")
        if name != "--data-dir":
            left.append(argument)
            continue
        folder = value if has_value else next(waiting, "")
        # The name of another option is no folder; one that begins so can be given after "=".
        if not folder or (not has_value and folder.startswith("-")):
            raise SystemExit(_usage("--data-dir needs a folder."))
        os.environ["EXITZERO_DATA_DIR"] = os.path.abspath(os.path.expanduser(folder))
    return left


def _usage(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return EX_USAGE


def main() -> int:
    """Run ExitZero; gives the exit code."""
    if hasattr(sys, "frozen"):
        from exitzero.desktop.bundle import settle_in

        settle_in()
    arguments = _take_data_dir(sys.argv[1:])
    try:
        return _flushed(_run(arguments))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output has gone; nothing more can be said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 - told in one sentence and logged whole; no traceback reaches a user
        return _told(error)


def _run(arguments: list[str]) -> int:
    is_plain = all(argument.startswith("exitzero:") or argument == "--demo" for argument in arguments)
    if arguments[:1] == ["status"] and not {"--help", "-h"} & set(arguments):
        from exitzero.status import main as status

        return status(arguments[1:])
    if is_plain:
        from exitzero.app import main as cockpit

        return cockpit(arguments)
    from exitzero.cli import main as command

    return command(arguments)


def _flushed(code: int) -> int:
    """Give everything out now, while a reader that has gone can still be forgiven."""
    if sys.stdout is not None:
        sys.stdout.flush()
    return code


def _told(error: Exception) -> int:
    """Say in one sentence what went wrong; a fault of ours goes to the log with everything."""
    from exitzero.core.errors import BadInput, OutsideTrouble

    if isinstance(error, BadInput):
        return _usage(str(error))
    if isinstance(error, OutsideTrouble):
        sys.stderr.write(f"{_with_a_way_out(error)}\n")
        return EX_UNAVAILABLE if error.retry_after is not None else EX_FAULT
    import logging

    from exitzero.desktop import logs, paths

    file = logs.set_up(paths.logs_dir(paths.data_dir()), name="command")
    logging.getLogger("exitzero").error("a fault of our own in a command", exc_info=error)
    sys.stderr.write(f"A fault of ExitZero itself: {type(error).__name__}. What happened is in {file}.\n")
    return EX_FAULT


def _with_a_way_out(error: "OutsideTrouble") -> str:
    """The sentence about a trouble; for a file that cannot be opened, what to type."""
    choices = getattr(error, "choices", ())
    if not choices:
        return str(error)
    if len(choices) > 1:
        return f"{error.title} Restore the newest good backup with: exitzero backup --restore newest"
    from exitzero.desktop import paths

    place = paths.database_file(paths.data_dir())
    return f"{error.title} There is no good backup; move {place} away to start afresh."


if __name__ == "__main__":
    sys.exit(main())
