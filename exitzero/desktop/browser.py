"""Opening a link in the person's browser. Links come from outside too (a calendar, an import), so only what a
browser should be given is given: web addresses, and files inside folders of ours."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from exitzero.core.errors import BadInput


def open_url(url: str, *, folders: Sequence[Path] = ()) -> bool:
    """Show a link in the browser; False when this machine has none to show it with.

    ``folders`` are those of ours whose files may be opened by a ``file:`` link. A browser named by BROWSER that stays
    in the foreground is waited for, so never on the Qt thread. Raises BadInput("link", ...) for anything else than
    http, https or such a file.
    """
    checked = _checked(url, folders)
    screenless = not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    if sys.platform == "linux" and screenless and not os.environ.get("BROWSER"):
        return False  # The standard library would start a text browser and take over the terminal.
    import webbrowser

    try:
        return webbrowser.open(checked)
    except (webbrowser.Error, OSError):
        return False


def _checked(url: str, folders: Sequence[Path]) -> str:
    if any(character <= " " or character == "\x7f" for character in url):
        raise BadInput("link", "A link has no spaces or control characters.")
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise BadInput("link", f"This is not a link: {error}.") from error
    if parts.scheme in {"http", "https"} and parts.hostname:
        return url
    if parts.scheme == "file" and parts.netloc in {"", "localhost"}:
        path = Path(url2pathname(parts.path)).resolve()
        if any(path.is_relative_to(folder.resolve()) for folder in folders) and path.exists():
            return path.as_uri()
    raise BadInput("link", "Only web addresses (http, https) and files of ExitZero's own are opened.")
