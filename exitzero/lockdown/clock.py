"""The two clocks of a lock: one that only runs while the machine does and that nobody can set, and the one on the wall.

A lock is a counter that falls with the boot clock; the wall clock can only shorten it, and only across a restart. The
app's own clock is of no use here: it is the wall's, and this folder runs without the rest of the program.
"""

import sys
import threading
import time
from typing import Protocol

_WINDOWS_EPOCH = 11_644_473_600


class Clock(Protocol):
    """What the helper asks about time. All values are seconds."""

    def boot(self) -> float:
        """Seconds since the machine started, sleep included; cannot be set."""
        ...

    def boot_id(self) -> str:
        """Another word after each start of the machine."""
        ...

    def wall(self) -> float:
        """Seconds since 1970, as the wall clock says it; anyone with the rights may have set it."""
        ...

    def pause(self, seconds: float) -> None:
        """Let other programs go on for a while."""
        ...


class MachineClock:
    """The clocks of this machine. macOS and Windows are written after their documentation and untried."""

    def boot(self) -> float:
        """See ``Clock``."""
        if sys.platform == "linux":
            return time.clock_gettime(time.CLOCK_BOOTTIME)
        elif sys.platform == "win32":  # noqa: RET505 - as branches, so that the type checker knows the platform
            import ctypes

            kernel = ctypes.windll.kernel32
            kernel.GetTickCount64.restype = ctypes.c_uint64
            return float(kernel.GetTickCount64()) / 1000
        else:
            return time.clock_gettime(time.CLOCK_MONOTONIC)  # Runs on during sleep on macOS.

    def boot_id(self) -> str:
        """See ``Clock``."""
        if sys.platform == "linux":
            with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
                return file.read().strip()
        elif sys.platform == "darwin":
            import ctypes

            size = ctypes.c_size_t(64)
            text = ctypes.create_string_buffer(size.value)
            ctypes.CDLL(None).sysctlbyname(b"kern.bootsessionuuid", text, ctypes.byref(size), None, 0)
            return text.value.decode("ascii") or "unknown"
        else:
            # Windows has no such word; the minute of the start serves. Setting the clock then looks like a restart,
            # which can only shorten a lock.
            return f"start-{round((self.wall() - self.boot()) / 60)}"

    def wall(self) -> float:
        """See ``Clock``."""
        if sys.platform == "win32":
            import ctypes

            ticks = ctypes.c_uint64()
            ctypes.windll.kernel32.GetSystemTimeAsFileTime(ctypes.byref(ticks))
            return ticks.value / 10_000_000 - _WINDOWS_EPOCH
        return time.clock_gettime(time.CLOCK_REALTIME)

    def pause(self, seconds: float) -> None:
        """See ``Clock``."""
        threading.Event().wait(seconds)
