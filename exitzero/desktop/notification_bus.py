"""The desktop's own notification service on the session bus, spoken to directly. The ready-made ways drop what
we need: urgency, buttons, replacing an old notice, closing one, and a word when nobody is there to show it."""

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from exitzero.core.errors import OutsideTrouble

_NAME = "org.freedesktop.Notifications"
_PATH = "/org/freedesktop/Notifications"
_BUS = "org.freedesktop.DBus"
_PATIENCE = 2.0


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button of ours was pressed, or the notice itself (action "default")."""

    tag: str
    action: str


class NotificationBus:
    """One connection to the session bus. Safe in every thread. What asks the service may wait two seconds for it;
    ``fileno``, ``heard`` and ``take_token`` wait for nothing, also while another thread is asking.

    Connects at the first use and again after the bus was lost. Numbers that the service gave out are forgotten
    when another service takes its place: they would be somebody else's notices there.
    """

    def __init__(self, *, app_name: str, icon: str = "") -> None:
        self._app_name = app_name
        self._icon = icon
        self._lock = threading.RLock()
        self._connection: Any = None
        self._capabilities: frozenset[str] | None = None
        self._signals: deque[Any] = deque()
        self._tags: dict[int, str] = {}
        self._pressed: deque[Pressed] = deque()
        self._token: str | None = None

    def open(self) -> None:
        """Connect, so that buttons can be heard. Raises OutsideTrouble when there is no session bus."""
        with self._lock:
            self._connect()

    def fileno(self) -> int | None:
        """What to watch for readability; another number after the bus was lost, None while not connected."""
        connection = self._connection
        number = -1 if connection is None else int(connection.sock.fileno())
        return None if number < 0 else number

    def capabilities(self) -> frozenset[str]:
        """What the service can do ("actions", "body-markup", ...). Raises OutsideTrouble when there is none."""
        with self._lock:
            self._catch_up()
            if self._capabilities is None:
                (found,) = self._call("GetCapabilities")
                self._capabilities = frozenset(found)
            return self._capabilities

    def notify(
        self, *, tag: str, replace: bool, title: str, body: str, urgent: bool, actions: Sequence[tuple[str, str]]
    ) -> None:
        """Show a notice, in the place of the one with the same tag if that is wanted and it still stands.

        ``body`` is what the service is to be given: escaped by the caller when the service reads markup.
        """
        with self._lock:
            self._catch_up()
            old = next((number for number, known in self._tags.items() if known == tag), 0) if replace else 0
            hints = {"urgency": ("y", 2 if urgent else 1), "desktop-entry": ("s", "exitzero")}
            flat = [text for action in actions for text in action]
            (number,) = self._call(
                "Notify",
                "susssasa{sv}i",
                (self._app_name, old, self._icon, title, body, flat, hints, -1),
            )
            # What was heard before the answer is older than this number, so it must not take it away.
            self._sort()
            self._tags.pop(old, None)
            self._tags[number] = tag
            self._drain()

    def close_notice(self, tag: str) -> None:
        """Take the notices with this tag off the screen."""
        with self._lock:
            self._catch_up()
            for number in [number for number, known in self._tags.items() if known == tag]:
                self._tags.pop(number)
                self._call("CloseNotification", "u", (number,))
            self._drain()

    def heard(self) -> list[Pressed]:
        """What was pressed since the last call. Raises OutsideTrouble when the bus is lost.

        While another thread is asking the service, it is that thread which hears: it has to call this afterwards.
        """
        if not self._lock.acquire(blocking=False):
            return []
        try:
            self._catch_up()
            pressed = list(self._pressed)
            self._pressed.clear()
            return pressed
        finally:
            self._lock.release()

    def take_token(self) -> str | None:
        """The permission of the last press to come to the front (Wayland), once."""
        token, self._token = self._token, None
        return token

    def close(self) -> None:
        """Leave the bus."""
        with self._lock:
            connection, self._connection = self._connection, None
            self._capabilities = None
            self._signals.clear()
            self._tags.clear()
            if connection is not None:
                connection.close()

    def _connect(self) -> None:
        if self._connection is not None:
            return
        try:
            from jeepney import MatchRule
            from jeepney.bus_messages import message_bus
            from jeepney.io.blocking import Proxy, open_dbus_connection

            self._connection = open_dbus_connection(bus="SESSION")
            bus = Proxy(message_bus, self._connection, timeout=_PATIENCE)
            ours = MatchRule(type="signal", interface=_NAME, path=_PATH)
            owner = MatchRule(type="signal", sender=_BUS, interface=_BUS, member="NameOwnerChanged")
            owner.add_arg_condition(0, _NAME)
            for rule in (ours, owner):
                self._connection.filter(rule, queue=self._signals).__enter__()
                bus.AddMatch(rule)
        except Exception as error:
            self.close()
            raise _silent(error) from error

    def _call(self, method: str, signature: str | None = None, body: tuple[Any, ...] = ()) -> tuple[Any, ...]:
        self._connect()
        from jeepney import DBusAddress, new_method_call
        from jeepney.wrappers import DBusErrorResponse, unwrap_msg

        message = new_method_call(DBusAddress(_PATH, _NAME, _NAME), method, signature, body)
        try:
            answer: tuple[Any, ...] = unwrap_msg(self._connection.send_and_get_reply(message, timeout=_PATIENCE))
        except (DBusErrorResponse, TimeoutError) as error:  # The bus is there, the service is not.
            self._capabilities = None
            raise _silent(error) from error
        except Exception as error:
            self.close()
            raise _silent(error) from error
        return answer

    def _catch_up(self) -> None:
        """Hear first whether the service has changed meanwhile: what we know of it may be out of date."""
        if self._connection is not None:
            self._drain()

    def _drain(self) -> None:
        """Read all that has come. Also what the connection has read already, which no watcher of the socket sees."""
        try:
            while True:
                self._connection.recv_messages(timeout=0)
        except TimeoutError:
            self._sort()
        except Exception as error:
            self._sort()
            self.close()
            raise _silent(error) from error

    def _sort(self) -> None:
        while self._signals:
            message = self._signals.popleft()
            member = next(value for key, value in message.header.fields.items() if key.name == "member")
            if member == "NameOwnerChanged":
                self._tags.clear()
                self._capabilities = None
                continue
            match message.body:  # Anyone on the bus can send anything, so its form is looked at.
                case (int(number), str(text)) if number in self._tags and member == "ActionInvoked":
                    self._pressed.append(Pressed(self._tags[number], text))
                case (int(number), str(text)) if number in self._tags and member == "ActivationToken":
                    self._token = text
                case (int(number), int()) if member == "NotificationClosed":
                    self._tags.pop(number, None)


def _silent(error: Exception) -> OutsideTrouble:
    return OutsideTrouble(
        f"The desktop's notification service does not answer ({type(error).__name__}).",
        "Start one, or watch the tray and the window instead.",
        reason="no_notification_service",
    )
