"""The program's own files, for the tests that read them instead of running them."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "exitzero"


def files(folder: Path) -> list[Path]:
    """Every Python file below a folder (or the file itself), in a steady order; none when it is not there."""
    if folder.is_file():
        return [folder]
    return sorted(path for path in folder.rglob("*.py") if "_resources" not in path.parts)


def name(path: Path) -> str:
    """The file's path from the root of the checkout, as a test's name."""
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    """The file, parsed."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports(module: ast.Module) -> Iterator[str]:
    """The dotted names that a module imports, wherever in it the statement stands."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "."
