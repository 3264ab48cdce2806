"""A real Dovecot on the loopback address, started by the test as whoever runs it, and a relay that spoils its line."""

import contextlib
import getpass
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path

import pytest
from imapclient import IMAPClient

PASSWORD = "app-pass-word"

_PROGRAM = "/usr/sbin/dovecot"
#: How a conversation in TLS begins.
_TLS = b"\x16\x03"


def needs_dovecot() -> None:
    """Skip the test where there is no Dovecot."""
    if not Path(_PROGRAM).exists():
        pytest.skip("needs the system package dovecot-imapd")


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate for 127.0.0.1 that has signed itself, with its key."""

    path: Path
    key: Path

    @classmethod
    def make(cls, folder: Path, *, name: str = "127.0.0.1") -> "Certificate":
        """A fresh one in ``folder`` for ``name``."""
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ec

        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        now = datetime.now(UTC)
        alternative: x509.GeneralName
        try:
            alternative = x509.IPAddress(ip_address(name))
        except ValueError:
            alternative = x509.DNSName(name)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=2))
            .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(key, hashes.SHA256())
        )
        made = cls(folder / "certificate.pem", folder / "key.pem")
        made.path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        made.key.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return made


def free_port() -> int:
    """A port that nobody listens at now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


class Dovecot:
    """An IMAP server with a mailbox for every name that logs in with :data:`PASSWORD`; a context manager.

    ``roles`` are folders that every mailbox has, each with its role (``\\Sent``) or none. It takes STARTTLS at
    :attr:`port` and TLS at :attr:`tls_port`, with :attr:`certificate`. Dates in a search are read in its ``zone``.
    """

    def __init__(self, *, roles: Mapping[str, str], certificate_name: str = "127.0.0.1", zone: str = "UTC") -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="ez-dovecot-"))
        self._folder.chmod(0o755)
        self.certificate = Certificate.make(self._folder, name=certificate_name)
        self.port, self.tls_port = free_port(), free_port()
        self._log = self._folder / "log"
        mails = self._folder / "mails"
        mails.mkdir()
        owner = _owner()
        os.chown(mails, *owner)
        configuration = self._folder / "dovecot.conf"
        configuration.write_text(self._configuration(mails, owner, roles), encoding="utf-8")
        self._process = subprocess.Popen(
            [_PROGRAM, "-F", "-c", str(configuration)],
            env={**os.environ, "TZ": zone},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def __enter__(self) -> "Dovecot":
        self._wait()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop it and take its mails away."""
        self._process.terminate()
        try:
            self._process.communicate(timeout=3)
        except subprocess.TimeoutExpired:
            # It waits for log-ins that were cut; they end with it, being of its own group.
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.communicate(timeout=20)
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def log(self) -> str:
        """What it has written so far."""
        return self._log.read_text(encoding="utf-8", errors="replace") if self._log.exists() else ""

    @contextlib.contextmanager
    def mailbox(self, user: str) -> Iterator[IMAPClient]:
        """A connection of the mail program's own, which may write."""
        with IMAPClient("127.0.0.1", self.port, ssl=False, timeout=20) as client:
            client.login(user, PASSWORD)
            yield client

    def put(self, user: str, folder: str, *mails: tuple[datetime, bytes]) -> None:
        """Put mails into a folder, each with the instant at which the server shall have taken it."""
        with self.mailbox(user) as client:
            for at, mail in mails:
                client.append(folder, mail, flags=(b"\\Seen",), msg_time=at)

    def _wait(self) -> None:
        """Until it greets at both ports."""
        pause = threading.Event()
        for _ in range(400):
            if self._process.poll() is not None:
                _, told = self._process.communicate()
                raise AssertionError(f"Dovecot ended: {told.decode(errors='replace')} {self.log}")
            with (
                contextlib.suppress(OSError),
                socket.create_connection(("127.0.0.1", self.tls_port), timeout=5),
                socket.create_connection(("127.0.0.1", self.port), timeout=5) as sock,
            ):
                if sock.recv(4) == b"* OK":
                    return
            pause.wait(0.05)
        raise AssertionError(f"Dovecot did not greet: {self.log}")

    def _configuration(self, mails: Path, owner: tuple[int, int], roles: Mapping[str, str]) -> str:
        folders = "\n".join(
            f'  mailbox "{name}" {{\n    auto = create\n' + (f"    special_use = {role}\n" if role else "") + "  }"
            for name, role in roles.items()
        )
        return f"""
protocols = imap
listen = 127.0.0.1
base_dir = {self._folder}/run
state_dir = {self._folder}/state
log_path = {self._log}
auth_verbose = yes
auth_failure_delay = 0
auth_mechanisms = plain login
disable_plaintext_auth = no
ssl = yes
ssl_cert = <{self.certificate.path}
ssl_key = <{self.certificate.key}
mail_location = maildir:~/Maildir:LAYOUT=fs
first_valid_uid = 1
{_plain_user() if os.getuid() else ""}
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={owner[0]} gid={owner[1]} home={mails}/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
{folders}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = {self.port}
  }}
  inet_listener imaps {{
    port = {self.tls_port}
    ssl = yes
  }}
}}
"""


def _owner() -> tuple[int, int]:
    """Who the mails belong to, by user and group: the caller, or nobody, since Dovecot keeps no mails of root's."""
    import pwd  # not there on Windows, where the test is skipped

    owner = pwd.getpwuid(os.getuid()) if os.getuid() else pwd.getpwnam("nobody")
    return owner.pw_uid, owner.pw_gid


def _plain_user() -> str:
    """What a Dovecot needs that may not become anybody else."""
    user = getpass.getuser()
    group = subprocess.run(["id", "-gn"], capture_output=True, text=True, check=True).stdout.strip()
    services = "\n".join(f"service {name} {{\n  chroot =\n}}" for name in ("imap-login", "anvil", "stats"))
    return f"""
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
{services}
"""


def mail(
    subject: str | None,
    *,
    to: str = "jobs@acme.example",
    cc: str = "",
    bcc: str = "",
    sender: str = "ada@example.com",
    message_id: str | None = "",
    in_reply_to: str = "",
) -> bytes:
    """A mail as a mail program writes it. ``message_id`` empty: one of its own; ``None``: none at all."""
    message = EmailMessage()
    if subject is not None:
        message["Subject"] = subject
    message["From"] = sender
    for name, value in (("To", to), ("Cc", cc), ("Bcc", bcc), ("In-Reply-To", in_reply_to)):
        if value:
            message[name] = value
    if message_id is not None:
        message["Message-ID"] = message_id or f"<{os.urandom(8).hex()}@example.com>"
    message.set_content("What stands in here is nobody's business.")
    return message.as_bytes()


class Relay:
    """Stands between a client and a server, line by line until TLS begins, and remembers what the client asked.

    ``answers``: a question that holds these bytes is not passed on but answered (``{tag}`` is filled in; an empty
    answer is silence). ``cut_in``: once the server's answer holds these bytes, half of that piece is passed on and the
    line is cut. ``hide``: bytes in the server's answers that are written over with blanks.
    """

    def __init__(
        self, port: int, *, answers: Mapping[bytes, bytes] | None = None, cut_in: bytes = b"", hide: bytes = b""
    ) -> None:
        self._to = port
        self._answers = dict(answers or {})
        self._cut_in = cut_in
        self._hide = hide
        self.asked: list[bytes] = []
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._start(self._accept)

    def __enter__(self) -> "Relay":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop; lines that are open are cut."""
        for sock in [self._listener, *self._open]:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        for thread in self._threads:
            thread.join(10)

    def before(self, line: bytes) -> None:
        """What a test lets happen just before a question is passed on."""

    def count(self, word: bytes) -> int:
        """How many questions held ``word``."""
        return sum(word in line for line in self.asked)

    def _start(self, work: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=work, args=args, name="exitzero-relay", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._to))
                self._open += [client, server]
                self._start(self._forward, client, server)
                self._start(self._back, client, server)

    def _forward(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            rest = b""
            while piece := client.recv(65536):
                rest += piece
                if rest.startswith(_TLS):
                    server.sendall(rest)
                    while piece := client.recv(65536):
                        server.sendall(piece)
                    break
                *lines, rest = rest.split(b"\n")
                for line in lines:
                    self._question(line + b"\n", client, server)
        _end(client, server)

    def _question(self, line: bytes, client: socket.socket, server: socket.socket) -> None:
        self.asked.append(line)
        self.before(line)
        answer = next((value for word, value in self._answers.items() if word in line), None)
        if answer is None:
            server.sendall(line)
        elif answer:
            client.sendall(answer.replace(b"{tag}", line.split(b" ", 1)[0]))

    def _back(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := server.recv(65536):
                if self._cut_in and self._cut_in in piece:
                    at = piece.index(self._cut_in) + len(self._cut_in)
                    client.sendall(piece[: at + (len(piece) - at) // 2])
                    break
                client.sendall(piece.replace(self._hide, b" " * len(self._hide)) if self._hide else piece)
        _end(client, server)


def _end(*sockets: socket.socket) -> None:
    for sock in sockets:
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)
