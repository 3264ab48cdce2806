"""A notification service on the session bus. It tells on standard output what it was asked, and does on standard
input what a person would: ``press ID ACTION``, ``dismiss ID``, ``token ID TEXT``, ``mute`` (answers no more), ``quit``.
"""

import asyncio
import json
import sys
from typing import Annotated, Any

from dbus_fast.aio import MessageBus
from dbus_fast.annotations import DBusInt32, DBusSignature, DBusStr, DBusUInt32
from dbus_fast.service import ServiceInterface, dbus_method, dbus_signal

Strings = Annotated[list[str], DBusSignature("as")]
Hints = Annotated[dict[str, Any], DBusSignature("a{sv}")]
Pair = Annotated[tuple[int, str], DBusSignature("us")]
Closed = Annotated[tuple[int, int], DBusSignature("uu")]


def tell(what: str, **more: Any) -> None:
    print(json.dumps({"what": what, **more}), flush=True)  # noqa: T201 - the way to the test


class Service(ServiceInterface):
    def __init__(self, capabilities: list[str]) -> None:
        super().__init__("org.freedesktop.Notifications")
        self.capabilities = capabilities
        self.last = 0
        self.mute = False

    @dbus_method(name="GetCapabilities")
    def get_capabilities(self) -> Strings:
        return self.capabilities

    @dbus_method(name="Notify")
    async def notify(  # noqa: PLR0917 - the specification's own order
        self,
        app: DBusStr,
        replaces: DBusUInt32,
        icon: DBusStr,
        title: DBusStr,
        body: DBusStr,
        actions: Strings,
        hints: Hints,
        timeout: DBusInt32,
    ) -> DBusUInt32:
        if self.mute:
            tell("unanswered")
            await asyncio.Event().wait()
        if not replaces:
            self.last += 1
        number = replaces or self.last
        tell(
            "notify",
            id=number,
            replaces=replaces,
            app=app,
            icon=icon,
            title=title,
            body=body,
            actions=actions,
            hints={key: value.value for key, value in hints.items()},
            timeout=timeout,
        )
        return number

    @dbus_method(name="CloseNotification")
    def close(self, number: DBusUInt32) -> None:
        tell("close", id=number)
        self.closed(number, 3)

    @dbus_signal(name="ActionInvoked")
    def pressed(self, number: int, action: str) -> Pair:
        return (number, action)

    @dbus_signal(name="ActivationToken")
    def token(self, number: int, text: str) -> Pair:
        return (number, text)

    @dbus_signal(name="NotificationClosed")
    def closed(self, number: int, reason: int) -> Closed:
        return (number, reason)


async def main() -> None:
    bus = await MessageBus().connect()
    service = Service(sys.argv[1].split(","))
    bus.export("/org/freedesktop/Notifications", service)
    await bus.request_name("org.freedesktop.Notifications")
    tell("ready")
    loop = asyncio.get_running_loop()
    while True:
        words = (await loop.run_in_executor(None, sys.stdin.readline)).split()
        match words:
            case ["press", number, action]:
                service.pressed(int(number), action)
            case ["dismiss", number]:
                service.closed(int(number), 2)
            case ["token", number, text]:
                service.token(int(number), text)
            case ["mute"]:
                service.mute = True
            case _:
                break
        tell("done")
    bus.disconnect()


asyncio.run(main())
