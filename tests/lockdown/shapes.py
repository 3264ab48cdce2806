"""Hosts files as they are found: small ones of our own making for each shape that a byte could be lost in.

``EXITZERO_HOSTS_FILES`` may name a folder with more; every file in it is tried as well.
"""

import os
from pathlib import Path

MARK, UNTIL = "a1b2c3d4", "2026-10-09T04:00:00Z"

_CRLF = b"# Sample hosts file\r\n#\r\n#\t127.0.0.1       localhost\r\n\t10.0.0.1  nas  # tab first\r\n"
_OUR_BLOCK = (
    b"# exitzero-begin v1 id=a1b2c3d4 until=2026-10-09T04:00:00Z pad=none\n"
    b"0.0.0.0 youtube.com # exitzero\n:: youtube.com # exitzero\n# exitzero-end v1\n"
)

CLEAN = {
    "empty": b"",
    "default": b"127.0.0.1\tlocalhost\n127.0.1.1\tdesk\n\n# IPv6\n::1 localhost ip6-localhost\nff02::1 ip6-allnodes\n",
    "no-newline": b"127.0.0.1 localhost",
    "only-newline": b"\n",
    "crlf": _CRLF,
    "crlf-no-newline": _CRLF + b"10.0.0.9 last",
    "bom-crlf": b"\xef\xbb\xbf127.0.0.1 localhost\r\n10.0.0.1 nas\r\n",
    "mixed": b"127.0.0.1 localhost\n10.0.0.1 a\r\n10.0.0.2 b\n",
    "mixed-crlf-first": b"127.0.0.1 localhost\r\n10.0.0.1 a\n10.0.0.2 b",
    "bare-cr": b"127.0.0.1 localhost\r10.0.0.1 a\r10.0.0.2 b",
    "ends-in-cr": b"127.0.0.1 localhost\n10.0.0.1 a\r",
    "zone": b"127.0.0.1 localhost\nfe80::1%lo0 localhost\n255.255.255.255\tbroadcasthost\n",
    "latin-1": b"127.0.0.1 localhost\n10.0.0.1 caf\xe9 # \xfc\xf6\n",
    "rival": b"127.0.0.1 localhost\n# BEGIN OTHER BLOCK\n0.0.0.0\tyoutube.com\n# END OTHER BLOCK\n",
    "rival-unended": b"127.0.0.1 localhost\n## start-other\n127.0.0.1 reddit.com\n",
    "docker": b"127.0.0.1 localhost\r\n# Added by Docker\r\n10.0.0.1 host.docker\r\n# End of section\r\n\r\n",
    "cloud": b"# managed by cloud-init\n127.0.1.1 {{fqdn}} {{hostname}}\n127.0.0.1 localhost\n\n\n",
    "semicolons": b"; old style\n127.1 me\n;\n10.0.0.1 \t a   b \t\n",
    "long-line": b"127.0.0.1 " + b" ".join(b"host-%d.lan" % n for n in range(3000)) + b"\n",
    "many-lines": b"".join(b"0.0.0.0 ads%05d.example.net\n" % n for n in range(8000)),
    "our-word": b"127.0.0.1 localhost # exitzero\n0.0.0.0 youtube.com  # exitzero\n# exitzero is a program\n",
    "four-spaces": b"    \n  127.0.0.1   localhost   \n\n\n   ",
}
OURS_LEFT = {
    "stale": (b"127.0.0.1 localhost\n" + _OUR_BLOCK + b"10.0.0.1 mine\n", b"127.0.0.1 localhost\n10.0.0.1 mine\n"),
    "scattered": (
        b"0.0.0.0 x.com # exitzero\r\n10.0.0.1 a\n:: x.com # exitzero\n10.0.0.2 b",
        b"10.0.0.1 a\n10.0.0.2 b",
    ),
    "twice": (b"10.0.0.1 a\n" + _OUR_BLOCK + _OUR_BLOCK, b"10.0.0.1 a\n"),
}
NOT_TEXT = {
    "nul": b"127.0.0.1 localhost\n\0\0\0\0\n10.0.0.1 a\n",
    "utf-16-le": b"\xff\xfe" + "127.0.0.1 localhost\r\n".encode("utf-16-le"),
    "utf-16-be": b"\xfe\xff" + "127.0.0.1 localhost\r\n".encode("utf-16-be"),
}


def recorded() -> dict[str, bytes]:
    """The files of the folder that ``EXITZERO_HOSTS_FILES`` names, if any."""
    folder = os.environ.get("EXITZERO_HOSTS_FILES")
    if not folder:
        return {}
    return {file.name: file.read_bytes() for file in sorted(Path(folder).iterdir()) if file.suffix != ".md"}
