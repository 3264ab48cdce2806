"""Whether the screen is locked, so that an alarm does not ring at a person who went away. Only asks; nobody is made to
start a service for it, and a desktop that cannot say is not an error."""

import logging
import sys
from typing import Any

_log = logging.getLogger(__name__)

_PATIENCE = 2.0
_SAVERS = (
    ("org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver"),
    ("org.gnome.ScreenSaver", "/org/gnome/ScreenSaver"),
    ("org.cinnamon.ScreenSaver", "/org/cinnamon/ScreenSaver"),
    ("org.mate.ScreenSaver", "/org/mate/ScreenSaver"),
)
_LOGIN = ("org.freedesktop.login1", "/org/freedesktop/login1/session/auto")


def screen_is_locked() -> bool | None:
    """True or False as the desktop says; None where nobody can tell. Blocks: never for the Qt thread."""
    if not sys.platform.startswith("linux"):
        return None
    answers = [*_ask_savers(), *_ask_login()]
    return None if not answers else any(answers)


def _ask_savers() -> list[bool]:
    from jeepney import DBusAddress, new_method_call

    calls = [new_method_call(DBusAddress(path, bus_name=name, interface=name), "GetActive") for name, path in _SAVERS]
    return [bool(body[0]) for body in _ask("SESSION", calls)]


def _ask_login() -> list[bool]:
    from jeepney import DBusAddress, Properties

    name, path = _LOGIN
    session = DBusAddress(path, bus_name=name, interface="org.freedesktop.login1.Session")
    return [bool(body[0][1]) for body in _ask("SYSTEM", [Properties(session).get("LockedHint")])]


def _ask(bus: str, calls: list[Any]) -> list[Any]:
    """What the calls answer on a bus; those that nobody answers well are left out."""
    from jeepney import MessageFlag, MessageType
    from jeepney.io.blocking import open_dbus_connection

    found = []
    try:
        with open_dbus_connection(bus) as connection:
            for call in calls:
                call.header.flags |= MessageFlag.no_auto_start
                answer = connection.send_and_get_reply(call, timeout=_PATIENCE)
                if answer.header.message_type is MessageType.method_return and answer.body:
                    found.append(answer.body)
    except (OSError, KeyError, TimeoutError, ValueError) as error:
        _log.debug("the %s bus does not say whether the screen is locked: %s", bus, error)
    return found
