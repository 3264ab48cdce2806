"""A screenshot proves once: the same file, the same screen saved anew, shrunk or cropped is refused with its date."""

from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image

from exitzero.core.errors import BadInput, OutsideTrouble
from tests.engine.hunt_kit import add, outreach, terms, today
from tests.engine.kit import DAY_ONE, HOUR, Life
from tests.work.outreach.screens import TEMPLATE, chat


def png(image: Image.Image, *, kind: str = "PNG") -> bytes:
    """The file of a picture."""
    written = BytesIO()
    image.save(written, kind)
    return written.getvalue()


@pytest.fixture
def one(life: Callable[..., Life]) -> Life:
    """A day that owes an outreach."""
    begun = life()
    begun.adopt(terms(outreach(2)))
    return begun


def test_a_screenshot_proves_is_kept_and_can_be_shown(one: Life) -> None:
    """It stands beside the database, for its owner only, and its small form opens."""
    ada = add(one, "Ada", platform="discord")
    data = png(chat("Ada Lovelace", [(True, TEMPLATE.format("Ada"))]))
    proof = one.engine.proofs.log_picture(ada, data)
    assert (proof.kind, proof.platform) == ("picture", "discord")
    (kept,) = one.engine.proofs.folder.iterdir()
    assert kept.read_bytes() == data
    assert Image.open(BytesIO(one.engine.proofs.thumbnail(proof.key, 120))).width <= 120
    assert today(one).count == 1
    kept.unlink()
    with pytest.raises(OutsideTrouble):
        one.engine.proofs.thumbnail(proof.key)
    with pytest.raises(OutsideTrouble):
        one.engine.proofs.thumbnail("picture:../../etc/passwd")


def test_the_same_screen_counts_once_for_ever(one: Life) -> None:
    """The refusal shows the old proof with its target and date, also on a later day; another screen is taken."""
    ada, bob = add(one, "Ada"), add(one, "Bob")
    screen = chat("Ada Lovelace", [(True, TEMPLATE.format("Ada"))])
    first = one.engine.proofs.log_picture(ada, png(screen))
    one.live(one.day(DAY_ONE).ends + 9 * HOUR)
    shrunk = screen.resize((960, 600))
    cropped = screen.crop((0, 30, 1280, 800))
    for data in (png(screen), png(screen, kind="WEBP"), png(shrunk), png(cropped)):
        look = one.engine.proofs.look(data)
        assert look.same is not None
        assert (look.same.key, look.same.target_name) == (first.key, "Ada")
        assert "10 Jun 2026" in look.same_words
        with pytest.raises(BadInput) as refused:
            one.engine.proofs.log_picture(bob, data)
        assert (refused.value.field, refused.value.message) == ("proof", look.same_words)
    assert today(one).count == 0
    one.engine.proofs.log_picture(bob, png(chat("Bob Moss", [(True, TEMPLATE.format("Bob"))])))
    assert today(one).count == 1


def test_a_picture_that_was_taken_back_may_be_used_again_that_day(one: Life) -> None:
    """And on no later day."""
    ada, bob = add(one, "Ada"), add(one, "Bob")
    data = png(chat("Ada Lovelace", [(True, TEMPLATE.format("Ada"))]))
    key = one.engine.proofs.log_picture(ada, data).key
    one.do(lambda actions: actions.outreach.withdraw(key))
    one.engine.proofs.log_picture(bob, data)
    one.do(lambda actions: actions.outreach.withdraw(key))
    one.live(one.day(DAY_ONE).ends + 9 * HOUR)
    with pytest.raises(BadInput, match="belongs to that day"):
        one.engine.proofs.log_picture(ada, data)


def test_what_is_no_picture_is_refused(one: Life) -> None:
    """Nothing is kept of it."""
    ada = add(one, "Ada")
    for data in (b"", b"not a picture", png(Image.new("RGB", (1280, 800), "white"))):
        with pytest.raises(BadInput) as refused:
            one.engine.proofs.log_picture(ada, data)
        assert refused.value.field == "proof"
    assert not one.engine.proofs.folder.exists()
