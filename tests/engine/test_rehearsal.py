"""The rehearsal: a whole failed day beforehand, to the letter what then comes, and nothing of it outside."""

import hashlib
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest

from exitzero.core import facts
from exitzero.core.day import Hours
from exitzero.core.errors import BadInput
from exitzero.desktop import paths
from exitzero.engine.orders import TEMPLATE
from exitzero.engine.questions import Questions
from exitzero.engine.views import PlannedView, Rehearsal
from tests.engine.kit import DAY, DAY_ONE, HOUR, MINUTE, Life, local, terms
from tests.engine.sticks_kit import SECRETS, STICKS, World, armed, ask, deliver, fail_day, orders

Begin = Callable[[], Life]
Lives = Callable[..., Life]
NEXT_DAY = DAY_ONE + DAY
OUTSIDE = {"beeminder_datapoint", "hook", "shame", "beeminder_charge"}

pytestmark = [
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS"),
    pytest.mark.allow_logs("WARNING mail.log: "),
]


def digest(one: Life) -> str:
    """What the whole database holds, table by table."""
    with sqlite3.connect(paths.database_file(one.folder)) as connection:
        text = "\n".join(connection.iterdump())
    connection.close()
    return hashlib.sha256(text.encode()).hexdigest()


def shown(lines: tuple[PlannedView, ...]) -> list[tuple[str, str, str]]:
    """What a line promises."""
    return [(line.title, line.amount_words, line.text) for line in lines]


@pytest.fixture
def player(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine can make a sound."""
    program = tmp_path / "bin" / "aplay"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o700)
    monkeypatch.setenv("PATH", str(program.parent))


def test_what_is_rehearsed_in_the_morning_is_what_the_day_then_brings(
    morning: Begin, receivers: World, player: None
) -> None:
    """Every rung, text, amount and receiver, in the same order; and again what the receivers really got."""
    one = morning()
    one.do(lambda actions: actions.set_preference(TEMPLATE, "{weekday}: {missing} undone, {met} of {due}."))
    told = one.engine.rehearse()
    assert (told.label, told.exit_code, told.would_fail) == (DAY_ONE, 1, ())

    one.live(local(NEXT_DAY, "00:11"), every=HOUR)
    one.pulse()
    ordered = one.facts(facts.ConsequenceOrdered)
    views = {view.key: view for view in orders(one).values()}
    rungs = one.facts(facts.RungFired)
    assert [(line.title, line.at, line.text) for line in told.lines if line.kind == "ladder"] == [
        (rung.name, rung.due, f"{', '.join(rung.missing)} missing") for rung in rungs
    ]
    promised = tuple(line for line in told.lines if line.kind not in {"ladder", "alarm"})
    came = [views[fact.key] for fact in ordered]
    assert shown(promised) == [(view.title, view.amount_words, view.text) for view in came]
    for line, fact in zip(promised, ordered, strict=True):
        assert fact.due is not None
        assert abs(line.at - fact.due) <= 2 * MINUTE
    verdict = one.facts(facts.DayJudged)[0]
    assert (told.label, told.exit_code) == (verdict.label, verdict.exit_code)
    one.to(local(NEXT_DAY, "00:30"))
    deliver(one)
    assert receivers.done == dict.fromkeys(STICKS, 1)
    texts = {line.title.removeprefix("Shame post to "): line.text for line in told.lines if line.kind == "shame"}
    assert receivers.texts == texts
    assert len(set(texts.values())) == 1
    assert one.facts(facts.ConsequenceAttempted)[0].key == f"coins:{DAY_ONE}"


def test_the_rehearsal_and_the_preview_promise_the_same(morning: Begin, player: None) -> None:
    """Hours included."""
    one = morning()
    preview = one.ask(lambda questions: questions.preview_of_failure())
    told = one.engine.rehearse()
    promised = [line for line in told.lines if line.kind not in {"ladder", "alarm"}]
    assert [replace(line, outcome="") for line in promised] == list(preview)


def test_a_rehearsal_sends_nothing_and_leaves_the_data_as_they_are(morning: Begin, receivers: World) -> None:
    """No post, no mail, no program run, no datapoint; of the charge only Beeminder's own dry run."""
    one = morning()
    before, seen = digest(one), len(receivers.board.seen)
    tip = one.ask(Questions.log_count)
    told = one.engine.rehearse()
    assert not receivers.done
    assert len(receivers.board.seen) == seen
    posted = [asked for asked in receivers.goals.asked if asked.method == "POST"]
    assert [(asked.path.rpartition("/")[2], asked.form["dryrun"]) for asked in posted] == [("charges.json", "true")]
    assert (one.ask(Questions.log_count), digest(one)) == (tip, before)
    outside = [line for line in told.lines if line.kind in OUTSIDE]
    assert len(outside) == len(STICKS)
    assert all("would" in line.outcome.lower() for line in outside), outside
    assert not list(paths.backups_dir(one.folder).glob("*rehearsal*"))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows always has a player")
def test_what_would_have_failed_is_said(morning: Begin, receivers: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dead token, a program that is gone, a channel without its secret, a machine without a player."""
    one = morning()
    receivers.goals.token = "another0token"
    receivers.program.lock(away=True)
    one.vault.delete("channel.toots")
    monkeypatch.setenv("PATH", str(receivers.program.folder))
    told = one.engine.rehearse()
    words = {line.title: line.outcome for line in told.would_fail}
    assert set(words) == {
        "Alarm",
        "Beeminder charge",
        "Beeminder datapoint",
        "Program of your own",
        "Shame post to toots",
    }
    assert "token" in words["Beeminder charge"]
    assert "may not be run" in words["Program of your own"]
    assert "not connected" in words["Shame post to toots"]
    assert "No sound" in words["Alarm"]
    assert not receivers.done
    text = str(told)
    assert not [name for name, secret in SECRETS.items() if secret in text]


def test_a_text_too_long_for_a_channel_is_said(life: Lives, receivers: World) -> None:
    """X would refuse it at midnight."""
    one = life()
    connections = one.engine.connections
    keys = ("consumer_key", "consumer_secret", "access_token", "access_secret")
    connections.connect_channel("x", "x", dict.fromkeys(keys, "planted0key"))
    connections.rehearse_channel("x")
    one.adopt(replace(terms(), stakes=replace(armed().stakes, channels=frozenset({"x"}), goal="", charge_cents=0)))
    one.do(lambda actions: actions.set_preference(TEMPLATE, "So much to say. " * 20 + "{date}"))
    told = one.engine.rehearse()
    (post,) = [line for line in told.lines if line.kind == "shame"]
    assert (post.fails, "280 fit" in post.outcome) == (True, True)
    assert post.amount_words == "costs $0.015"


def test_on_a_day_that_is_met_the_next_one_is_rehearsed(morning: Begin) -> None:
    """The met one cannot fail any more."""
    one = morning()
    one.solve()
    one.to(one.now + 20 * MINUTE)
    ask(one)
    assert one.engine.rehearse().label == NEXT_DAY


def test_rest_days_are_skipped_and_a_day_with_its_verdict_is_over(life: Lives) -> None:
    """Today and tomorrow are rest; and after an early deadline that was missed the next day is rehearsed."""
    one = life()
    one.adopt(replace(terms(), rest_days=frozenset({DAY_ONE, NEXT_DAY})))
    assert one.engine.rehearse().label == NEXT_DAY + DAY
    other = life()
    other.adopt(replace(terms(), hours=Hours(deadline=time(20, 0))))
    other.pulse()
    other.to(local(DAY_ONE, "20:30"))
    other.pulse()
    assert other.state(DAY_ONE) == "failed"
    assert other.engine.rehearse().label == NEXT_DAY


def test_in_the_evening_the_rungs_that_fired_are_told_as_well(morning: Begin) -> None:
    """A whole failed day, however much of it is over."""
    one = morning()
    early = one.engine.rehearse()
    one.live(local(DAY_ONE, "22:30"), every=HOUR)
    late = one.engine.rehearse()
    assert _names(late) == _names(early) == ["warning", "alarm", "last call"]


def _names(told: Rehearsal) -> list[str]:
    return [line.title for line in told.lines if line.kind == "ladder"]


def test_stakes_that_have_grown_are_rehearsed_as_high_as_they_then_are(life: Lives) -> None:
    """Yesterday failed: today costs half as much again."""
    one = life()
    one.adopt(replace(terms(), stakes=replace(armed(channels=frozenset()).stakes, growing=True, hook=False)))
    fail_day(one)
    one.to(local(NEXT_DAY, "09:00"))
    one.pulse()
    told = {line.kind: line.amount_words for line in one.engine.rehearse().lines}
    assert (told["coins"], told["beeminder_charge"]) == ("75 coins", "$7.50")


def test_a_bet_is_told_as_lost(life: Lives) -> None:
    """What lies on the day goes with it."""
    one = life()
    one.adopt()
    one.do(lambda actions: actions.place_bet(4))
    assert [line.amount_words for line in one.engine.rehearse().lines if line.kind == "bet"] == ["4 coins"]


def test_without_a_contract_there_is_nothing_to_rehearse(life: Lives) -> None:
    """It is refused with a reason, and so is a contract under which nothing can fail."""
    one = life()
    with pytest.raises(BadInput, match="no contract"):
        one.engine.rehearse()


def test_the_copy_is_gone_afterwards(morning: Begin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It holds the person's whole journal."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = set(tmp_path.iterdir())
    morning().engine.rehearse()
    assert [each for each in set(tmp_path.iterdir()) - before if "rehearsal" in each.name] == []
