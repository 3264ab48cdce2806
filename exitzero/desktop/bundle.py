"""What a bundle has to put right about its surroundings: it was built on another system than it runs on.

It starts with its own libraries put before the system's, in variables that every program we start would inherit: a
browser, a password prompt or the system's Python would load ours instead of its own. And its OpenSSL looks for the
system's certificates where the machine that it was built on keeps them.
"""

import os
import sys
from collections.abc import MutableMapping

CERTIFICATES = (
    "/etc/ssl/cert.pem",  # Alpine, Arch, macOS
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  # Fedora, RHEL
    "/etc/pki/tls/cert.pem",  # the same, older
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu
    "/etc/ssl/ca-bundle.pem",  # SUSE
)
_LIBRARIES = "LD_LIBRARY_PATH"
_OF_THE_BUNDLE = ("QT_PLUGIN_PATH", "QML2_IMPORT_PATH")


def settle_in(environment: MutableMapping[str, str] | None = None) -> None:
    """In a bundle, give the environment back as it was before the start, and name the system's certificates in it.

    For the first lines of the program: this process has found its libraries by then. Elsewhere nothing happens.
    """
    folder = getattr(sys, "_MEIPASS", None)
    if not isinstance(folder, str) or sys.platform == "win32":
        return
    found = os.environ if environment is None else environment
    # PyInstaller keeps the value from before under this name, if there was one.
    before = found.pop(f"{_LIBRARIES}_ORIG", None)
    found.pop(_LIBRARIES, None)
    if before is not None:
        found[_LIBRARIES] = before
    for name in _OF_THE_BUNDLE:
        if found.get(name, "").startswith(folder):
            del found[name]
    if not {"SSL_CERT_FILE", "SSL_CERT_DIR"} & found.keys():
        certificates = next(filter(os.path.isfile, CERTIFICATES), None)
        if certificates is not None:
            found["SSL_CERT_FILE"] = certificates
