"""What a fresh Chromium, or a browser made from it, does with a name, read from its own network log. The page that it
prints tells too little: recent versions print nothing at all where an error page would be."""

import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from exitzero.desktop.browser_kinds import Browser
from exitzero.desktop.reach_start import Evidence, FreshStart

_ERROR_WORD = re.compile(r"\bERR_[A-Z0-9_]+\b")
_ADDRESS_KEYS = {"address", "endpoint_address"}
_BEGIN, _END = 1, 2
_PAGE_SECONDS = 8.0


def try_names(
    browser: Browser,
    urls: Mapping[str, str],
    *,
    seconds: float,
    home: Path,
    environment: Mapping[str, str],
) -> dict[str, Evidence]:
    """Open the link of each name in a start of its own, until the seconds are over; names without time are left out."""
    found: dict[str, Evidence] = {}
    left = seconds
    for name, url in urls.items():
        if left <= 0:
            break
        with FreshStart(browser, seconds=left, home=home, environment=environment) as start:
            log = start.folder / "net.json"
            arguments = [
                "--headless", "--disable-gpu", "--no-first-run", "--no-default-browser-check", "--disable-extensions",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--disable-breakpad", "--blink-settings=imagesEnabled=false", f"--timeout={_PAGE_SECONDS * 1000:.0f}",
                f"--user-data-dir={start.folder / 'profile'}", f"--log-net-log={log}",
            ]  # fmt: skip
            if hasattr(os, "geteuid") and os.geteuid() == 0:
                arguments.append("--no-sandbox")  # As root it does not start otherwise.
            try:
                start.start([*arguments, "--dump-dom", url])
            except OSError as error:
                return dict.fromkeys(urls, Evidence(reason=f"it did not start ({error.strerror})"))
            code = start.ended()
            start.stop()
            found[name] = read(_text(log), name=name, dom=_text(start.folder / "out"), exit_code=code)
            left = start.left
    return found


def read(net_log: str, *, name: str, dom: str = "", exit_code: int | None = 0) -> Evidence:
    """What a network log (in part too: the browser may have been killed) and the printed page tell of a name.

    ``exit_code`` is None where the browser had to be ended. Without a log only a page can be believed, and of it only
    that something answered.
    """
    log = _parsed(net_log)
    if log is None:
        return _by_page(dom, exit_code)
    events, types, errors = log
    addresses: dict[str, None] = {}
    about: set[int] = set()
    pages: dict[int, bool] = {}
    answered = seen = False
    proxies: set[bool] = set()
    error = ""
    for event in events:
        source, kind, phase = _identity(event)
        what = types.get(kind, "")
        told = event.get("params")
        params: dict[str, Any] = told if isinstance(told, dict) else {}
        if what.startswith("HOST_RESOLVER") and "host" in params:
            (about.add if _host(str(params["host"])) == name else about.discard)(source)
        if source in about or (what.startswith("HOST_RESOLVER") and params.get("domain_name") == name):
            addresses.update(dict.fromkeys(_addresses(params)))
        if what == "PROXY_RESOLUTION_SERVICE_RESOLVED_PROXY_LIST":
            proxies.add(str(params.get("proxy_info", params.get("pac_string", ""))).strip().upper() == "DIRECT")
        if what == "URL_REQUEST_START_JOB" and phase == _BEGIN:
            pages[source] = params.get("request_type") == "main frame" and _host(str(params.get("url"))) == name
        elif pages.get(source):
            seen = True
            if what == "HTTP_TRANSACTION_READ_RESPONSE_HEADERS":
                answered = True
            elif what == "URL_REQUEST_START_JOB" and phase == _END and "net_error" in params:
                error = errors.get(params["net_error"], str(params["net_error"]))
    if error.startswith("ERR_CERT_"):
        answered = True  # A server showed its certificate.
    return Evidence(
        answered=answered,
        error="" if answered else error,
        addresses=tuple(addresses),
        direct=proxies == {True},
        reason="" if answered or error else "it had no answer in time" if seen else "it did not open the page",
    )


def _by_page(dom: str, exit_code: int | None) -> Evidence:
    if "main-frame-error" in dom or "neterror" in dom:
        word = _ERROR_WORD.search(dom)
        return Evidence(error=word[0] if word else "", reason="" if word else "its error page names no error")
    if exit_code == 0 and re.sub(r"<[^>]*>|\s", "", dom):
        return Evidence(answered=True)
    return Evidence(reason="it ended without a word" if exit_code is not None else "it did not end in time")


def _parsed(text: str) -> tuple[list[dict[str, Any]], dict[int, str], dict[int, str]] | None:
    """The events, the names of their kinds and of the errors; None when it is no network log."""
    log: Any = None
    # One event stands on each line: of a log that was cut off, all whole lines count.
    for candidate in (text, text.rpartition(",\n")[0] + "]}"):
        try:
            log = json.loads(candidate)
        except (ValueError, RecursionError):
            continue
        break
    try:
        types = {number: word for word, number in log["constants"]["logEventTypes"].items()}
        errors = {number: word for word, number in log["constants"]["netError"].items()}
        events = [event for event in log["events"] if isinstance(event, dict)]
    except (KeyError, TypeError, AttributeError):
        return None
    return events, types, errors


def _identity(event: dict[str, Any]) -> tuple[int, int, int]:
    source = event.get("source")
    number = source.get("id", -1) if isinstance(source, dict) else -1
    return int(number), int(event.get("type", -1)), int(event.get("phase", 0))


def _host(address: str) -> str:
    try:
        return urlsplit(address if "://" in address else f"//{address}").hostname or ""
    except ValueError:
        return ""


def _addresses(value: object, key: str = "") -> Iterator[str]:
    """Every address in what a resolver's event holds, without its port."""
    if isinstance(value, dict):
        for inner, what in value.items():
            yield from _addresses(what, inner)
    elif isinstance(value, list):
        for what in value:
            yield from _addresses(what, key)
    elif isinstance(value, str) and key in _ADDRESS_KEYS:
        yield value
    elif isinstance(value, str) and key == "address_list":
        yield value.rpartition(":")[0].strip("[]")


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
