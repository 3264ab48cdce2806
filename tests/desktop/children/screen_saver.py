"""A screen saver on the session bus that says what the test wants, and what is then found out about the screen."""

import asyncio
import json
import sys

from dbus_fast.aio import MessageBus
from dbus_fast.annotations import DBusBool
from dbus_fast.service import ServiceInterface, dbus_method

from exitzero.desktop.screen_lock import screen_is_locked


class Saver(ServiceInterface):
    def __init__(self, name: str, active: bool) -> None:
        super().__init__(name)
        self.active = active

    @dbus_method(name="GetActive")
    def get_active(self) -> DBusBool:
        return self.active


async def main(name: str, state: str) -> None:
    if name:
        bus = await MessageBus().connect()
        bus.export("/" + name.replace(".", "/"), Saver(name, state == "locked"))
        await bus.request_name(name)
    print(json.dumps(await asyncio.to_thread(screen_is_locked)))  # noqa: T201 - the way to the test


asyncio.run(main(sys.argv[1], sys.argv[2]))
