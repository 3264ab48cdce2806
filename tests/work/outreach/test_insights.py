"""The figures of the hunt hold against what was done, counted by hand."""

from tests.work.outreach.hunt import Hunt


def test_the_figures_of_a_small_hunt(hunt: Hunt) -> None:
    """Four contacted over two weeks on two platforms, two answered after 3 and 9 days, one rejected."""
    a = hunt.add("A", tags=("warm",))
    b = hunt.add("B", tags=("warm", "berlin"))
    hunt.add("Never")
    hunt.prove(a, 1)
    hunt.prove(b, 2)
    hunt.days_later(3)
    hunt.do(lambda actions: actions.move(a, "replied"))
    hunt.days_later(4)
    c, d = hunt.add("C"), hunt.add("D")
    hunt.do(lambda actions: actions.log_link(c, "https://github.com/acme/engine/issues/12#issuecomment-1234567"))
    hunt.do(lambda actions: actions.log_link(d, "https://github.com/acme/engine/issues/13#issuecomment-1234568"))
    hunt.days_later(2)
    hunt.do(lambda actions: actions.move(b, "interview"))
    hunt.do(lambda actions: actions.move(d, "rejected"))
    found = hunt.ask(lambda questions: questions.insights())
    assert [(stage, count) for stage, _, count in found.funnel.steps] == [
        ("to_contact", 5), ("messaged", 4), ("replied", 2), ("interview", 1), ("rejected", 1),
    ]  # fmt: skip
    assert (found.overall.contacted, found.overall.replied, found.overall.percent) == (4, 2, 50)
    assert found.overall.median_days == 6.0
    assert found.days_to_reply == (3, 9)
    assert {rate.name: (rate.contacted, rate.replied) for rate in found.by_platform} == {
        "linkedin": (2, 2), "github": (2, 0),
    }  # fmt: skip
    assert {rate.name: (rate.contacted, rate.replied) for rate in found.by_tag} == {"warm": (2, 2), "berlin": (1, 1)}
    assert {rate.name: rate.contacted for rate in found.by_week} == {"2026-W24": 2, "2026-W25": 2}
    assert [(target.name, days) for target, days in found.waiting] == [("C", 2)]
    assert dict(found.proofs_by_week)["2026-W24"] == 2
    assert dict(found.proofs_by_week)["2026-W25"] == 2
    assert found.total == 5


def test_a_step_that_was_reached_once_is_reached(hunt: Hunt) -> None:
    """Who was rejected after an interview had replied and had an interview."""
    ada = hunt.add("Ada")
    hunt.prove(ada, 1)
    for stage in ("replied", "interview", "rejected"):
        hunt.do(lambda actions, stage=stage: actions.move(ada, stage))  # type: ignore[misc]
    steps = {stage: count for stage, _, count in hunt.ask(lambda questions: questions.insights()).funnel.steps}
    assert steps == {"to_contact": 1, "messaged": 1, "replied": 1, "interview": 1, "rejected": 1}
