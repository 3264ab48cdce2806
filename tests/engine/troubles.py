"""The faults of receivers: what goes wrong with the first deed of each stick, and what can be known of it then."""

from contextlib import suppress
from dataclasses import dataclass, replace

from tests.consequences.servers_mail import At
from tests.engine.kit import Life
from tests.engine.sticks_kit import NOBODY, SECRETS, STICKS, Spoil, World, ask, move
from tests.servers.beeminder import Fault
from tests.servers.misbehaving import How, Reply, refusing_url


@dataclass(frozen=True)
class Trouble:
    """What goes wrong with each stick's first deed, and whether that can be known not to have happened."""

    name: str
    http: Spoil | None = None
    mail: At = At.NOTHING
    hook: str = "well"
    where: str = ""
    acts: bool = False
    wrong_password: bool = False
    not_allowed: bool = False
    unknown: frozenset[str] = frozenset()

    @property
    def is_silent(self) -> bool:
        """True if somebody is waited for in vain."""
        return self.http is not None and self.http.reply is not None and self.http.reply.how is How.SILENT

    def begin(self, one: Life, all_of_it: World) -> None:
        """From now on."""
        if self.where:
            move(one, all_of_it, refusing_url() if self.where == "refused" else NOBODY)
        if self.is_silent:
            one.patience = 0.5
            one.restart()
            ask(one)
        if self.http is not None:
            reply = self.http.reply or Reply()
            for stick in ("board", "topic", "toots"):
                all_of_it.board.spoilt[stick] = [self.http]
            bad = reply.status >= 300 or reply.how is How.WHOLE
            fault = Fault(
                acts=self.http.acts,
                how=reply.how,
                status=reply.status if bad and not self.http.acts else None,
                body=reply.body if bad and not self.http.acts else None,
                headers=reply.headers,
            )
            for word in ("datapoints.json", "charges.json"):
                all_of_it.goals.spoil(word, fault)
        all_of_it.mail.at = self.mail
        all_of_it.program.mode(self.hook)
        all_of_it.program.lock(away=self.not_allowed)
        if self.wrong_password:
            address = all_of_it.addresses()["friend"].replace(SECRETS["friend password"], "wrong0password")
            one.vault.set("channel.friend", address)

    def end(self, one: Life, all_of_it: World) -> None:
        """All is well again."""
        one.patience = 10.0
        all_of_it.board.spoilt.clear()
        all_of_it.goals._faults.clear()
        all_of_it.mail.at = At.NOTHING
        all_of_it.program.mode("well")
        all_of_it.program.lock(away=False)
        if self.where:
            move(one, all_of_it)
        with suppress(KeyError):
            one.vault.set("channel.friend", all_of_it.addresses()["friend"])


def _said(status: int, **headers: str) -> Reply:
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply.of({"error": "no"}, status=status) if not headers else Reply(status, b'{"error": "no"}', headers=told)


LOST = frozenset(STICKS)

TROUBLES = [
    Trouble("refused", where="refused", not_allowed=True),
    Trouble("no network", where="nowhere", not_allowed=True),
    Trouble(
        "time-out before it acted",
        Spoil(acts=False, reply=Reply(how=How.SILENT)),
        mail=At.SILENT_BEFORE,
        hook="refuses",
        unknown=LOST - {"friend", "hook"},
    ),
    Trouble(
        "time-out after it acted",
        Spoil(acts=True, reply=Reply(how=How.SILENT)),
        mail=At.SILENT_AFTER,
        hook="hangs",
        acts=True,
        unknown=LOST,
    ),
    Trouble("401", Spoil(acts=False, reply=_said(401)), wrong_password=True, hook="refuses"),
    Trouble("404", Spoil(acts=False, reply=_said(404)), mail=At.RECEIVER_REFUSED, hook="refuses"),
    Trouble("422", Spoil(acts=False, reply=_said(422)), mail=At.DATA_REFUSED, hook="refuses"),
    Trouble(
        "429 with Retry-After",
        Spoil(acts=False, reply=_said(429, Retry_After="600")),
        mail=At.RECEIVER_LATER,
        hook="refuses",
    ),
    Trouble(
        "500",
        Spoil(acts=False, reply=_said(500)),
        mail=At.DATA_LATER,
        hook="refuses",
        unknown=LOST - {"friend", "hook"},
    ),
    Trouble(
        "500 after it acted",
        Spoil(acts=True, reply=_said(500)),
        mail=At.HANGS_UP_AT_GOODBYE,
        hook="dies",
        acts=True,
        unknown=LOST - {"friend"},
    ),
    Trouble(
        "body cut after it acted",
        Spoil(acts=True, reply=replace(Reply.of({"id": "1", "url": "x" * 80}), how=How.CUT)),
        mail=At.HANGS_UP_AFTER,
        hook="dies",
        acts=True,
        unknown=LOST,
    ),
    Trouble(
        "hung up before it acted",
        Spoil(acts=False, reply=Reply(how=How.HANG_UP)),
        mail=At.HANGS_UP_BEFORE,
        hook="refuses",
        unknown=LOST - {"friend", "hook"},
    ),
    Trouble(
        "accepted, answer lost",
        Spoil(acts=True, reply=Reply(how=How.HANG_UP)),
        mail=At.HANGS_UP_AFTER,
        hook="dies",
        acts=True,
        unknown=LOST,
    ),
]
