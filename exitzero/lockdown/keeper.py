"""Keeps the hosts file in step with what is locked, and what is locked in step with time.

State is written before the file on a lock and before the file on a release, so that a crash in between finishes what
was meant. A missing or damaged state means that nothing is locked: whatever fails, fails open.
"""

import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from exitzero.lockdown import holds, protocol, redo
from exitzero.lockdown.answers import event_fields, hold_fields, text_of, word
from exitzero.lockdown.browsers import Browsers, Followed, Policies
from exitzero.lockdown.clock import Clock
from exitzero.lockdown.events import Kind, Record
from exitzero.lockdown.flush import flush_resolver
from exitzero.lockdown.holds import Hold, Instant, State
from exitzero.lockdown.hosts import NOTHING, Block, HostsFile
from exitzero.lockdown.policy import Policy
from exitzero.lockdown.presence import Presence
from exitzero.lockdown.reasons import Reason, Refused

SAVE_SECONDS = 30.0
BYTES_SECONDS = 30.0
RETRY_SECONDS = 5.0
REPAIRS_A_MINUTE = 20
WRONG_PROOFS_A_MINUTE = 10
CLOCK_MOVED_SECONDS = 90.0


class Keeper:
    """The holds, the hosts file and the record of events. For one thread and one process at a time.

    ``browsers``: the stronger measure, if there is one. ``emergency_seconds`` is shorter in tests only.
    """

    def __init__(
        self,
        *,
        hosts: HostsFile,
        folder: str,
        clock: Clock,
        policy: Policy,
        browsers: Browsers | None = None,
        emergency_seconds: float = holds.EMERGENCY_SECONDS,
    ) -> None:
        self._hosts = hosts
        self._browsers = browsers
        self._clock = clock
        self._policy = policy
        self._emergency_seconds = emergency_seconds
        self._path = os.path.join(folder, "state.json")
        self.record = Record(os.path.join(folder, "events.jsonl"), clock.wall)
        self._trouble: Reason | None = None
        self._contended_until = 0.0
        self._repairs: list[float] = []
        self._wrong_proofs: list[float] = []
        self._bytes_seen = float("-inf")
        self._retry_at = float("-inf")
        self._saved_at = float("-inf")
        self._known_conflicts: tuple[object, tuple[str, ...]] = (None, ())
        self._presence = Presence(folder)
        self._is_serving = False
        self._followed: tuple[tuple[str, ...], Followed] | None = None
        self._state = self._load()
        # What the file ought to hold since the last look: only a change of this one is somebody else's.
        self._agreed = self._wanted()

    # ------------------------------------------------------------------------------------------------ as time goes by

    def start(self) -> None:
        """Finish what a crash left and bring the file in step; trouble with the file is kept for ``status``."""
        try:
            if self._hosts.recover():
                self.record.add(Kind.HEALED)
        except Refused as refused:
            self._note(refused.reason)
        missed = self._presence.missed(Instant.read(self._clock))
        away = f"away {missed:.0f} s while locked" if missed >= 1 else f"{len(self._state.holds)} locks"
        self.record.add(Kind.STARTED, detail=away)
        self._is_serving = True
        self.beat()

    def beat(self) -> float:
        """Let time pass, put the file right if somebody changed it; gives the seconds until the next beat is due."""
        self._pass_time()
        now = self._clock.boot()
        if now >= self._retry_at:
            try:
                self._enforce()
                self._note(None)
            except Refused as refused:
                self._note(refused.reason)
                self._retry_at = now + (1.0 if refused.reason is Reason.CHANGED else RETRY_SECONDS)
        self._follow()
        if self._is_serving:  # The sweeper is no helper.
            self._presence.note(self._state)
        return self._next_due()

    def _pass_time(self) -> None:
        now = Instant.read(self._clock)
        before = self._state
        drift = (now.wall - before.at.wall) - now.since(before.at)
        moved = now.boot_id == before.at.boot_id and abs(drift) > CLOCK_MOVED_SECONDS and bool(before.holds)
        if moved:
            self.record.add(Kind.CLOCK_MOVED, detail=f"{drift:+.0f} s")
        state = before.fallen(now)
        state, changed = self._ended(state)
        changed = changed or moved  # Saved, so that a helper that starts anew does not tell it again.
        for hold in state.holds:
            if hold.active and not hold.begun:
                self.record.add(Kind.BEGAN, hold.id, f"{len(hold.names)} names")
                changed = True
        state = replace(state, holds=tuple(replace(hold, begun=hold.begun or hold.active) for hold in state.holds))
        self._state = state
        if changed or (state.holds and now.boot - self._saved_at >= SAVE_SECONDS) or now.boot < self._saved_at:
            self._save_quietly()

    def _ended(self, state: State) -> tuple[State, bool]:
        """Without the holds that have run out or that the emergency exit opens."""
        opening = state.emergency_left == 0
        kept = []
        for hold in state.holds:
            if hold.left <= 0:
                self.record.add(Kind.EXPIRED, hold.id)
            elif opening and hold.active:
                self.record.add(Kind.EMERGENCY_OPENED, hold.id)
            else:
                kept.append(hold)
        emergency = state.emergency_left
        if opening or not any(hold.active for hold in kept):
            emergency = None
        changed = len(kept) != len(state.holds) or emergency != state.emergency_left
        return replace(state, holds=tuple(kept), emergency_left=emergency), changed

    def _enforce(self) -> None:
        """Bring the file in step; what was not our own doing is written down as a repair."""
        wanted = self._wanted()
        now = self._clock.boot()
        trusting = now - self._bytes_seen < BYTES_SECONDS
        if self._hosts.signature() is None and not wanted.names:
            self._agreed = wanted
            return  # No file, nothing locked: nothing of ours can be in it.
        if self._hosts.holds(wanted, trusting=trusting):
            self._agreed = wanted
            if not trusting:
                self._bytes_seen = now
            return
        repairing = wanted == self._agreed
        if repairing and now < self._contended_until:
            return
        self._hosts.set(wanted)
        flush_resolver()
        self._agreed = wanted
        self._bytes_seen = now
        if repairing:
            self.record.add(Kind.REPAIRED if wanted.names else Kind.SWEPT)
            self._repairs = [at for at in self._repairs if now - at < 60] + [now]
            if len(self._repairs) > REPAIRS_A_MINUTE:
                self._contended_until = now + RETRY_SECONDS

    def _follow(self) -> None:
        """Bring the browsers' policy files in step; whatever goes wrong there changes nothing about the lock."""
        if self._browsers is None:
            return
        wanted = self._state.names if self._browsers.is_on() else ()
        before = self._followed
        followed = self._browsers.set(wanted)
        self._followed = (wanted, followed)
        if followed.changed and before is not None and before[0] == wanted:
            self.record.add(Kind.REPAIRED if wanted else Kind.SWEPT, detail="browser policies")
        elif followed.changed:
            self.record.add(Kind.POLICIES_PUT if wanted else Kind.POLICIES_TAKEN)
        known = before[1] if before is not None else Followed(changed=False, foreign=(), failed=())
        for path in sorted({*followed.foreign} - {*known.foreign}):
            self.record.add(Kind.POLICIES_FOREIGN, detail=path)
        for path in sorted({*followed.failed} - {*known.failed}):
            self.record.add(Kind.TROUBLE, detail=f"browser policies: {path}")

    def _wanted(self) -> Block:
        names = self._state.names
        if not names:
            return NOTHING
        mark = hashlib.sha256("\n".join(names).encode()).hexdigest()[:16]
        return Block(names, mark, text_of(self._state.until))

    def _next_due(self) -> float:
        """Five seconds while something is locked or wrong, half a minute else; the watch tells of edits at once."""
        if not self._state.holds:
            return RETRY_SECONDS if self._trouble else 30.0
        edges = [hold.left - hold.lasts if hold.left > hold.lasts else hold.left for hold in self._state.holds]
        if self._state.emergency_left is not None:
            edges.append(self._state.emergency_left)
        # The system's timers stand still during sleep, the boot clock does not: never wait long for an edge.
        return max(0.05, min(5.0, *edges))

    def _note(self, reason: Reason | None) -> None:
        if reason is not None and reason is not self._trouble:
            self.record.add(Kind.TROUBLE, detail=str(reason))
        self._trouble = reason

    # ------------------------------------------------------------------------------------------------ what is asked

    def do(self, request: protocol.Request) -> Mapping[str, object]:
        """Carry out a request; gives the answer's fields. Raises ``Refused``."""
        self._pass_time()
        match request:
            case protocol.Status():
                return self._status()
            case protocol.Check():
                return {"refused": self._policy.refused(request.names)}
            case protocol.Lock():
                return self._lock(request)
            case protocol.Extend():
                return self._extend(request)
            case protocol.Release():
                return self._release(request)
            case protocol.Emergency():
                return self._emergency(request)
            case protocol.Events():
                return {"events": [event_fields(event) for event in self.record.since(request.since)]}

    def _status(self) -> Mapping[str, object]:
        state = self._state
        flags = [str(self._trouble)] if self._trouble else []
        conflicts: tuple[str, ...] = ()
        in_place = False
        try:
            in_place = bool(state.names) and self._hosts.holds(self._wanted(), trusting=True)
            conflicts = self._conflicts(state.names) if state.names else ()
        except Refused as refused:
            flags = [str(refused.reason)]
        if self._clock.boot() < self._contended_until:
            flags.append("contended")
        if conflicts:
            flags.append("conflict")
        return {
            # Never "locked" while the file does not hold the block.
            "state": word(state, in_place=in_place),
            "holds": [hold_fields(hold) for hold in state.holds],
            "names": list(state.names),
            "emergency_left": None if state.emergency_left is None else round(state.emergency_left),
            "flags": flags,
            "conflicts": list(conflicts),
            "policies": str(self._browsers.standing() if self._browsers is not None else Policies.OFF),
            "last_event": self.record.last,
        }

    def _conflicts(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Looked for again only when the file or the names are others: a status is asked for often."""
        asked = (self._hosts.signature(), names)
        if self._known_conflicts[0] != asked:
            self._known_conflicts = (asked, self._hosts.conflicts(names))
        return self._known_conflicts[1]

    def _lock(self, request: protocol.Lock) -> Mapping[str, object]:
        names = self._checked(request.names)
        if len(self._state.holds) >= holds.MOST_HOLDS:
            raise Refused(Reason.TOO_MANY_HOLDS)
        left = request.lasts + request.starts_in
        hold = Hold(
            id=os.urandom(8).hex(),
            names=names,
            lasts=request.lasts,
            left=float(left),
            until=self._clock.wall() + left,
            release_sha=request.release_sha,
            begun=not request.starts_in,
        )
        self._change((*self._state.holds, hold))
        kind = Kind.ARMED if request.starts_in else Kind.BEGAN
        self.record.add(kind, hold.id, f"{len(names)} names for {request.lasts} s")
        return hold_fields(hold)

    def _extend(self, request: protocol.Extend) -> Mapping[str, object]:
        hold = self._known(request.id)
        names = self._checked(request.names)
        longer = replace(hold, names=tuple(sorted({*hold.names, *names})))
        self._change(tuple(longer if each is hold else each for each in self._state.holds))
        self.record.add(Kind.EXTENDED, hold.id, f"{len(longer.names) - len(hold.names)} names more")
        return hold_fields(longer)

    def _release(self, request: protocol.Release) -> Mapping[str, object]:
        hold = self._known(request.id)
        now = self._clock.boot()
        self._wrong_proofs = [at for at in self._wrong_proofs if 0 <= now - at < 60]
        if self._wrong_proofs and (
            now - self._wrong_proofs[-1] < 1.0 or len(self._wrong_proofs) >= WRONG_PROOFS_A_MINUTE
        ):
            raise Refused(Reason.TOO_FAST)
        given = hashlib.sha256(request.proof.encode("utf-8", "replace")).hexdigest()
        if not hmac.compare_digest(given, hold.release_sha):
            self._wrong_proofs.append(now)
            self.record.add(Kind.BAD_PROOF, hold.id)
            raise Refused(Reason.BAD_PROOF)
        if request.armed_only and hold.begun:
            raise Refused(Reason.ALREADY_BEGUN)
        self._state = replace(self._state, holds=tuple(each for each in self._state.holds if each is not hold))
        self._state, _ = self._ended(self._state)
        self._save_quietly()  # On a full disk a crash could bring the hold back, for no longer than it had left.
        self.record.add(Kind.RELEASED if hold.begun else Kind.DISARMED, hold.id)
        # It is released whatever the file says; the beat goes on trying, and the answer tells that it is not out yet.
        try:
            self._enforce()
            self._note(None)
        except Refused as refused:
            self._note(refused.reason)
        self._follow()
        return {"id": hold.id, "file": str(self._trouble) if self._trouble else "done"}

    def _emergency(self, request: protocol.Emergency) -> Mapping[str, object]:
        state = self._state
        if request.cancel:
            if state.emergency_left is not None:
                self._state = replace(state, emergency_left=None)
                self._save_quietly()
                self.record.add(Kind.EMERGENCY_CANCELLED)
            return {"wait": None}
        if not any(hold.active for hold in state.holds):
            raise Refused(Reason.NOT_LOCKED)
        if state.emergency_left is None:
            self._state = state = replace(state, emergency_left=float(self._emergency_seconds))
            self._save_quietly()
            self.record.add(Kind.EMERGENCY)
        return {"wait": round(state.emergency_left or 0)}

    def _checked(self, names: tuple[object, ...]) -> tuple[str, ...]:
        refused = self._policy.refused(names)
        if refused:
            self.record.add(Kind.REFUSED, detail=f"{len(refused)} names")
            raise Refused(Reason.REFUSED_NAMES, names=dict(list(refused.items())[:100]))
        return tuple(sorted({str(name) for name in names}))

    def _known(self, known: str) -> Hold:
        for hold in self._state.holds:
            if hold.id == known:
                return hold
        raise Refused(Reason.UNKNOWN_HOLD)

    def _change(self, changed: tuple[Hold, ...]) -> None:
        """Take these holds, or none of it: a lock that cannot be written is never one."""
        before = self._state
        if len({name for hold in changed for name in hold.names}) > holds.MOST_NAMES:
            raise Refused(Reason.BAD_NAMES, "more than 600 in all locks")
        self._state = replace(before, holds=changed)
        try:
            self._save()
            self._enforce()
            self._note(None)
        except Refused as refused:
            self._state = before
            with suppress(Refused):
                self._enforce()
            self._save_quietly()
            self.record.add(Kind.TROUBLE, detail=f"not locked: {refused.reason}")
            raise
        self._follow()

    # ------------------------------------------------------------------------------------------------ what lasts

    def _save(self) -> None:
        try:
            redo.put(self._path, json.dumps(holds.as_plain(self._state)).encode())
        except OSError as error:
            raise Refused(Reason.NO_SPACE, error.strerror or "") from error
        self._saved_at = self._clock.boot()

    def _save_quietly(self) -> None:
        """For what must happen even on a full disk: an old state can only end sooner or at the same time."""
        with suppress(Refused):
            self._save()

    def _load(self) -> State:
        state, lost = load(self._path, self._clock)
        if lost:
            self.record.add(Kind.STATE_LOST)
        allowed = []
        for hold in state.holds:
            names = tuple(name for name in hold.names if self._policy.why_not(name) is None)
            if names:  # The protected list may have grown since.
                allowed.append(replace(hold, names=names))
        return replace(state, holds=tuple(allowed))


def load(path: str, clock: Clock) -> tuple[State, bool]:
    """The saved state, and whether there was one that could not be read."""
    nothing = State(Instant.read(clock))
    try:
        with open(path, "rb") as file:
            return holds.from_plain(json.loads(file.read())), False
    except FileNotFoundError:
        return nothing, False
    except (OSError, ValueError, RecursionError):
        return nothing, True
