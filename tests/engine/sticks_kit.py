"""Everything a failed day can reach, on real loopback sockets, and a life with all of it armed.

Each receiver keeps count of what it really did, so that a test holds the outbox against what happened and not against
what was said. Receivers can be spoilt for their next deed: they act or do not act, and then answer wrongly or not at
all.

Long, because receivers, the contract that reaches them and the way to hold one against the other belong together.
"""

import json
import os
import stat
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from aiosmtpd.smtp import SMTP, Envelope, Session

from exitzero.consequences.beeminder_client import TOKEN
from exitzero.consequences.hook import Hook
from exitzero.consequences.shame import ShamePost
from exitzero.core.contract import Terms
from exitzero.core.facts import Fact
from exitzero.core.outbox import State
from exitzero.core.stakes import Stakes
from exitzero.desktop import paths
from exitzero.engine.orders import HOOK
from exitzero.engine.views import ConsequenceView
from tests.consequences.servers_mail import At, MailServer, mail_server
from tests.engine.kit import DAY, DAY_ONE, MINUTE, Life, local, terms
from tests.servers.beeminder import GOOD_TOKEN, Asked, Beeminder, Fault
from tests.servers.misbehaving import Misbehaving, Reply, Seen

CHANNELS = {"board": "other", "topic": "ntfy", "toots": "mastodon", "friend": "email"}
"""The channels of these lives by name, each with its service."""

STICKS = ("datapoint", "charge", "hook", *CHANNELS)
"""Everything outside that a failed day reaches here."""

NOBODY = "https://nowhere.invalid"

MASTODON_REMEMBERS = timedelta(hours=1)

SECRETS = {
    "topic": "planted0topic0secret",
    "topic token": "tk_planted0ntfy0secret",
    "toots token": "planted0mastodon0secret",
    "board password": "planted0board0secret",
    "friend password": "planted0mail0secret",
    "beeminder token": GOOD_TOKEN,
}


class Kill(StrEnum):
    """When a receiver ends the process that asks, if it is told to."""

    BEFORE = "before it acts"
    AFTER = "after it acted"


@dataclass(frozen=True, slots=True)
class Spoil:
    """What goes wrong with one deed. ``acts``: whether it is done all the same; ``reply`` is said instead."""

    acts: bool
    reply: Reply | None = None


@dataclass(slots=True)
class Sent:
    """One deed that a receiver really did."""

    stick: str
    key: str
    text: str


class Board(Misbehaving):
    """A JSON receiver, an ntfy and a Mastodon in one; ``sent`` is what they made public."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.sent: list[Sent] = []
        self.spoilt: dict[str, list[Spoil]] = {}
        self.before_and_after: Callable[[str, Kill], None] = lambda _stick, _when: None
        self._known: dict[str, tuple[datetime, int]] = {}
        super().__init__()

    def forget(self) -> None:
        """Begin with nothing posted."""
        self.sent.clear()
        self.seen.clear()
        self._known.clear()

    def next_reply(self, seen: Seen) -> Reply:
        """Do one deed, or not, and say so, or not."""
        super().next_reply(seen)
        said = seen.json()
        if seen.path == "/api/v1/statuses":
            stick, text, key = "toots", str(said["status"]), seen.headers.get("idempotency-key", "")
        elif seen.path.startswith("/board"):
            stick, text, key = "board", str(said["message"]), ""
        else:
            stick, text, key = "topic", str(said["message"]), ""
        spoil = self.spoilt[stick].pop(0) if self.spoilt.get(stick) else Spoil(acts=True)
        self.before_and_after(stick, Kill.BEFORE)
        number = self._do(stick, key, text) if spoil.acts else 0
        self.before_and_after(stick, Kill.AFTER)
        if spoil.reply is not None:
            return spoil.reply
        match stick:
            case "toots":
                return Reply.of({"id": str(number), "url": f"http://127.0.0.1/@me/{number}"})
            case "topic":
                return Reply.of({"id": f"n{number}", "event": "message"})
            case _:
                return Reply.of({"ok": True})

    def _do(self, stick: str, key: str, text: str) -> int:
        known = self._known.get(key)
        if key and known is not None and self.now() - known[0] < MASTODON_REMEMBERS:
            return known[1]
        self.sent.append(Sent(stick, key, text))
        if key:
            self._known[key] = (self.now(), len(self.sent))
        return len(self.sent)


class Goals(Beeminder):
    """A Beeminder that tells when it acts."""

    def __init__(self) -> None:
        self.before_and_after: Callable[[str, Kill], None] = lambda _stick, _when: None
        super().__init__()

    def answer(self, asked: Asked) -> tuple[int, object, Fault | None]:
        """Carry out one question, or not."""
        is_deed = asked.method == "POST" and asked.form.get("dryrun") != "true"
        stick = "charge" if asked.path.endswith("charges.json") else "datapoint"
        if is_deed:
            self.before_and_after(stick, Kill.BEFORE)
        said = super().answer(asked)
        if is_deed:
            self.before_and_after(stick, Kill.AFTER)
        return said


class Post(MailServer):
    """A mail server that tells when it acts."""

    before_and_after: Callable[[str, Kill], None] = staticmethod(lambda _stick, _when: None)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """The whole message is here."""
        try:
            self.before_and_after("friend", Kill.BEFORE)
        except ConnectionAbortedError:
            return "451 nobody is there any more"
        said = await super().handle_DATA(server, session, envelope)
        self.before_and_after("friend", Kill.AFTER)
        return said


HOOK_SCRIPT = """#!/bin/sh
mode=$(cat '{folder}/mode')
test "$mode" = refuses && exit 3
test "$mode" = 'killed before it acts' && kill -9 $PPID && exit 3
cat > '{folder}/verdict.json'
echo "$EXITZERO_KEY" >> '{folder}/ran'
env > '{folder}/environment'
ps -o args= -p "$PPID,$$" > '{folder}/processes'
test "$mode" = 'killed after it acted' && kill -9 $PPID
test "$mode" = dies && kill -9 $$
test "$mode" = hangs && exec tail -f /dev/null
echo "noted, $mode"
"""


class Program:
    """A script of the person's own that keeps what it is told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "noting"
        self.path.write_text(HOOK_SCRIPT.format(folder=folder))
        self.path.chmod(0o700)
        self.forget()

    def forget(self) -> None:
        """Begin with nothing noted."""
        self.mode("well")
        for name in ("ran", "verdict.json", "environment", "processes"):
            (self.folder / name).unlink(missing_ok=True)

    def mode(self, word: str) -> None:
        """How it behaves from now on."""
        (self.folder / "mode").write_text(word)

    def lock(self, *, away: bool) -> None:
        """May it be run?"""
        self.path.chmod(stat.S_IRUSR | stat.S_IWUSR if away else 0o700)

    @property
    def ran(self) -> list[str]:
        """The keys of the orders that it has seen."""
        file = self.folder / "ran"
        return file.read_text().split() if file.exists() else []

    @property
    def verdict(self) -> dict[str, Any]:
        """What it was told last."""
        told: dict[str, Any] = json.loads((self.folder / "verdict.json").read_text())
        return told


@dataclass
class World:
    """All receivers. ``now`` is asked for the true time."""

    now: Callable[[], datetime]
    board: Board
    goals: Goals
    mail: Post
    program: Program

    def forget(self) -> None:
        """Begin with nothing done."""
        self.board.forget()
        self.board.spoilt.clear()
        self.goals.charges.clear()
        self.goals.datapoints.clear()
        self.goals.asked.clear()
        self.goals._faults.clear()
        self.goals.token, self.goals.deadbeat = GOOD_TOKEN, False
        self.mail.taken.clear()
        self.mail.at = At.NOTHING
        self.program.forget()
        self.program.lock(away=False)
        self.tell(lambda _stick, _when: None)

    def tell(self, listener: Callable[[str, Kill], None]) -> None:
        """Call ``listener`` before and after each deed of the servers."""
        self.board.before_and_after = self.goals.before_and_after = listener
        self.mail.before_and_after = listener

    @contextmanager
    def in_place(self) -> Iterator["World"]:
        """Nothing has happened, and every engine that is built meanwhile finds this world."""
        self.forget()
        with patch.dict(os.environ, {"EXITZERO_BEEMINDER_URL": self.goals.url}), impatient():
            yield self

    @property
    def done(self) -> Counter[str]:
        """How often each stick really hit."""
        count = Counter(each.stick for each in self.board.sent)
        count["datapoint"] = len(self.goals.datapoints)
        count["charge"] = len(self.goals.charges)
        count["friend"] = len(self.mail.taken)
        count["hook"] = len(self.program.ran)
        return +count

    @property
    def texts(self) -> dict[str, str]:
        """What each channel made public last."""
        found = {each.stick: each.text for each in self.board.sent}
        for message in self.mail.taken:
            body = message.get_body()
            assert body is not None
            found["friend"] = body.get_content().strip().replace("\r\n", "\n")
        return found

    def addresses(self, where: str = "") -> dict[str, str]:
        """The secrets of all channels; ``where`` is another place to look for them all."""
        url = where or self.board.url
        tls, host = url.startswith("https"), url.split("://")[1]
        port = host.partition(":")[2] or "25"
        mail = f"127.0.0.1:{port if where else self.mail.port}"
        mode = "mailto" if not tls else "mailtos"
        mail = host if tls else mail
        token, password = SECRETS["toots token"], SECRETS["friend password"]
        return {
            "board": f"{'jsons' if tls else 'json'}://me:{SECRETS['board password']}@{host}/board/",
            "topic": f"{'ntfys' if tls else 'ntfy'}://{host}/{SECRETS['topic']}/?mode=private&image=no&auth=token"
            f"&token={SECRETS['topic token']}",
            "toots": f"{'mastodons' if tls else 'mastodon'}://{token}@{host}/?visibility=public",
            "friend": f"{mode}://me%40example.org:{password}@{mail}/?smtp={mail.partition(':')[0]}"
            f"&from=me%40example.org&to=friend%40example.org&mode={'starttls' if tls else 'insecure'}&format=text",
        }


@contextmanager
def world(folder: Path, now: Callable[[], datetime]) -> Iterator[World]:
    """All receivers for the length of a ``with``."""
    with ExitStack() as stack:
        board, goals = Board(now), Goals()
        stack.enter_context(board)
        stack.enter_context(goals)
        with patch("tests.consequences.servers_mail.MailServer", Post):
            mail = stack.enter_context(mail_server(password=SECRETS["friend password"]))
        assert isinstance(mail, Post)
        yield World(now, board, goals, mail, Program(folder))


@contextmanager
def impatient() -> Iterator[None]:
    """Consequences that give up soon on whoever is silent, or each silence would take half a minute."""
    with (
        patch("exitzero.catalogue.ShamePost", partial(ShamePost, answer_seconds=0.4, whole_seconds=3.0)),
        patch("exitzero.catalogue.Hook", partial(Hook, limit_seconds=0.5)),
    ):
        yield


def armed(**changes: Any) -> Terms:
    """The plainest contract with every stick."""
    stakes = Stakes(
        channels=frozenset(CHANNELS),
        goal="leetcode",
        charge_cents=500,
        ceiling_cents=3000,
        hook=True,
        alarm=2,
    )
    return replace(terms(), stakes=replace(stakes, **changes))


def connect(one: Life, all_of_it: World) -> None:
    """Connect and rehearse every channel, keep every secret, choose the program."""
    connections = one.engine.connections
    secrets = all_of_it.addresses()
    answers = {
        "topic": {"server": all_of_it.board.url, "topic": SECRETS["topic"], "token": SECRETS["topic token"]},
        "toots": {"server": all_of_it.board.url, "token": SECRETS["toots token"]},
        "friend": {
            "to": "friend@example.org",
            "sender": "me@example.org",
            "server": f"127.0.0.1:{all_of_it.mail.port}",
            "security": "insecure",
            "user": "me@example.org",
            "password": SECRETS["friend password"],
        },
        "board": {"address": secrets["board"]},
    }
    for name, service in CHANNELS.items():
        connections.connect_channel(service, name, answers[name])
        connections.rehearse_channel(name)
    one.vault.set(TOKEN, GOOD_TOKEN)
    one.do(lambda actions: actions.set_preference(HOOK, str(all_of_it.program.path)))


def move(one: Life, all_of_it: World, where: str = "") -> None:
    """Look for every receiver at ``where`` from now on; without it, where they are."""
    for name, address in all_of_it.addresses(where).items():
        one.vault.set(f"channel.{name}", address)
    os.environ["EXITZERO_BEEMINDER_URL"] = f"{where}/api/v1" if where else all_of_it.goals.url
    one.restart()
    ask(one)


def ask(one: Life) -> None:
    """Let the source tell the time, which nothing goes outside without."""
    one.engine.check_now()


def deliver(one: Life) -> None:
    """One round of the loop with everything that goes outside."""
    one.pulse()
    one.engine.deliver()


def orders(one: Life, label: date = DAY_ONE) -> dict[str, ConsequenceView]:
    """A day's outbox by stick."""
    found = {}
    for each in one.ask(lambda questions: questions.ledger()).consequences:
        if each.label == label:
            kind = each.key.split(":")[0]
            found[{"shame": each.key.rpartition(":")[2]}.get(kind, kind)] = each
    return found


def arm(one: Life, all_of_it: World, wanted: Terms | None = None) -> None:
    """Connect everything and agree on a contract that has all of it."""
    all_of_it.forget()
    all_of_it.board.now = lambda: one.now
    connect(one, all_of_it)
    one.adopt(wanted or armed())
    one.pulse()
    all_of_it.forget()


def fail_day(one: Life, label: date = DAY_ONE) -> None:
    """Live on to the verdict over a day on which nothing was done; nothing has gone outside yet."""
    one.to(local(label, "23:50"))
    one.pulse()
    one.to(local(label + DAY, "00:11"))
    one.pulse()
    assert one.state(label) == "failed"


@dataclass(frozen=True)
class Start:
    """A life to go on from many times: its file, its secrets, and the minute it had come to."""

    file: Path
    secrets: dict[str, str]
    at: datetime

    def again(self, life: Callable[..., Life], all_of_it: World) -> Life:
        """A life that begins there, in a world in which nothing has happened yet."""
        all_of_it.forget()
        one = life(start=self.at, template=self.file)
        all_of_it.board.now = lambda: one.now
        for name, secret in self.secrets.items():
            one.vault.set(name, secret)
        ask(one)
        return one


def kept(one: Life, all_of_it: World) -> Start:
    """End a life, so that others go on from there."""
    secrets = {f"channel.{name}": address for name, address in all_of_it.addresses().items()}
    one.off()
    return Start(paths.database_file(one.folder), {**secrets, TOKEN: GOOD_TOKEN}, one.now + MINUTE)


def is_final(order: ConsequenceView) -> bool:
    """True if nothing more happens about it by itself."""
    return not State(order.state).is_open


def facts_about(one: Life, key: str, *kinds: type[Fact]) -> list[Fact]:
    """All facts of these kinds about one order."""
    return [each for kind in kinds for each in one.facts(kind) if getattr(each, "key", "") == key]


@dataclass(slots=True)
class Row:
    """One stick in one life: what was ordered, what really happened, and what is at fault."""

    stick: str
    twice: bool = False
    unproved: bool = False
    lost: bool = False
    state: str = ""


OUTBOX_TABLE: list[tuple[str, Row]] = []
"""Every stick of every life lived with a trouble; printed at the end."""

NEXT = (3 * MINUTE, 12 * MINUTE, timedelta(hours=1), timedelta(hours=5))
"""When the loop comes by again after the first attempt."""


def held(case: str, one: Life, receivers: World, *, proved: bool, before: dict[str, int] | None = None) -> None:
    """Hold the outbox against what the receivers really did, and write it into the table.

    ``before``: how often each had hit before the failure did not stand any more; nothing may have been added.
    """
    found, done = orders(one), receivers.done
    for stick in STICKS:
        order, hits = found.get(stick), done[stick]
        state = State(order.state) if order is not None else None
        is_known = state in {State.CONFIRMED, State.SETTLED_DONE}
        row = Row(
            stick,
            twice=hits > 1,
            unproved=hits > (before or {}).get(stick, 0) and not proved,
            lost=proved and not (is_known and hits == 1) and state is not State.UNKNOWN,
        )
        OUTBOX_TABLE.append((case, row))
        assert not row.twice, order
        assert not row.unproved, order
        assert not row.lost, order
        if order is not None:
            is_told_truly(order, hits)


def is_told_truly(order: ConsequenceView, hits: int) -> None:
    """What is called done was done, what is called undone was not, and doubt comes with a place to look at."""
    state = State(order.state)
    if state is State.CONFIRMED:
        assert hits, f"{order.key} is called done"
    if state in {State.CANCELLED, State.GIVEN_UP} or (state is State.FAILED and not order.look_at):
        assert not hits, f"{order.key} is called {state}, and happened: {order.words}"
    if state is State.UNKNOWN:
        assert order.look_at, f"{order.key}: nobody says where to look"
        assert order.words, f"{order.key}: nobody says why"
