"""The look holds what the design promises: it can be read, it is one, and it comes with its own fonts."""

from itertools import product

import pytest
from PySide6.QtGui import QColor, QFontInfo, QFontMetricsF
from PySide6.QtWidgets import QApplication

from exitzero.ui import theme
from exitzero.ui.theme import COATS, Mode, Role, State, Tokens, Tone
from exitzero.work.stakes.rules import THEMES

DEPTHS = ("background", "panel", "raised", "sunken")
READ = ("text", "dim", "safe", "risk", "fail", "unknown", "info", "rest")


@pytest.mark.parametrize("tokens", [tokens for coat in COATS.values() for tokens in coat])
@pytest.mark.parametrize(("front", "back"), list(product(READ, DEPTHS)))
def test_what_must_be_read_can_be_read(tokens: Tokens, front: str, back: str) -> None:
    """Every text colour stands out 4.5 to 1 from every depth it can stand on."""
    assert theme.contrast(QColor(getattr(tokens, front)), QColor(getattr(tokens, back))) >= 4.5


@pytest.mark.parametrize("coat", list(COATS))
@pytest.mark.parametrize("mode", [Mode.DARK, Mode.LIGHT])
@pytest.mark.parametrize("state", list(State))
def test_words_on_a_filled_state_can_be_read(mode: Mode, state: State, coat: str) -> None:
    """A label inside a filled segment or chip has the same contrast, and so has the rest of the segment."""
    look = theme.Theme(mode, coat=coat)
    assert theme.contrast(look.ink(state), look.fill(state)) >= 4.5
    assert theme.contrast(look.text, theme.mix(look.fill(state), look.track, 0.09)) >= 4.5
    assert theme.contrast(look.text, look.selection) >= 4.5


def test_contrast_is_the_one_of_wcag() -> None:
    """Black on white is 21 to 1, grey #767676 is the known edge of 4.54."""
    assert theme.contrast(QColor("#000"), QColor("#fff")) == pytest.approx(21.0)
    assert theme.contrast(QColor("#767676"), QColor("#fff")) == pytest.approx(4.54, abs=0.01)


def test_states_differ_in_shape_colour_and_word() -> None:
    """No two states share a glyph, a word or a colour."""
    look = theme.Theme(Mode.DARK)
    shown = [state for state in State if state is not State.REST]
    assert len({state.glyph for state in State}) == len(State)
    assert len({state.word for state in State}) == len(State)
    assert len({look.state(state).name() for state in shown}) == len(shown)


def test_the_fonts_are_the_bundled_ones(dark: theme.Theme) -> None:
    """No font of the machine is mixed in, whatever is installed there."""
    for role in Role:
        info = QFontInfo(dark.font(role))
        assert info.family() in {theme.SANS, theme.MONO}, role
        assert info.weight() == dark.font(role).weight(), role


def test_figures_keep_their_width(dark: theme.Theme) -> None:
    """A number that changes does not make the words beside it move."""
    for role in (Role.FIGURE64, Role.BODY14, Role.MONO13):
        metrics = QFontMetricsF(dark.font(role))
        assert metrics.horizontalAdvance("1111") == pytest.approx(metrics.horizontalAdvance("0808"), abs=0.1)


def test_the_fonts_have_the_signs_of_the_product(dark: theme.Theme) -> None:
    """State glyphs, arrows and boxes are never an empty box."""
    for role in (Role.BODY14, Role.MONO13):
        metrics = QFontMetricsF(dark.font(role))
        assert [sign for sign in "●▲■◆○→−…·✓" if not metrics.inFontUcs4(ord(sign))] == []


def test_the_stylesheet_is_whole(look: theme.Theme) -> None:
    """Every token and every picture in it was filled in."""
    sheet = theme.stylesheet(look)
    assert "@" not in sheet
    assert look.tokens.panel in sheet


def test_a_change_of_look_reaches_the_palette(qapp: QApplication) -> None:
    """Light after dark turns the ground light and the words dark."""
    theme.apply(qapp, Mode.LIGHT)
    light = theme.luminance(qapp.palette().window().color())
    theme.apply(qapp, Mode.DARK)
    assert light > 0.8
    assert theme.luminance(qapp.palette().window().color()) < 0.05
    assert theme.current().mode is Mode.DARK


def test_an_unknown_tone_reads_as_plain(dark: theme.Theme) -> None:
    """A line of the journal written by a later version is shown, not refused."""
    assert dark.tone("glittering") == dark.text
    assert dark.tone(Tone.BAD) == dark.state(State.FAILED)


def test_every_theme_that_can_be_unlocked_can_be_put_on() -> None:
    """What a balance unlocks is a look that exists, and there is none beside."""
    assert [each.name for each in THEMES] == list(COATS)
