"""Tells the system's resolver that the hosts file has changed, where it keeps answers of its own.

Linux needs nothing: glibc reads the file each time, nscd and systemd-resolved watch it. macOS and Windows untried.
"""

import sys
from contextlib import suppress

_MAC = (["/usr/bin/dscacheutil", "-flushcache"], ["/usr/bin/killall", "-HUP", "mDNSResponder"])


def flush_resolver() -> None:
    """Forget kept answers; whatever goes wrong, they run out by themselves."""
    if sys.platform == "darwin":
        import subprocess

        for command in _MAC:
            with suppress(OSError, subprocess.TimeoutExpired):
                subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=5, check=False)
    elif sys.platform == "win32":
        import ctypes

        with suppress(OSError, AttributeError):
            ctypes.windll.dnsapi.DnsFlushResolverCache()
