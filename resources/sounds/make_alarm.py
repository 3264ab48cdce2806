"""Makes alarm.wav beside it: three rising double beeps, short and sharp enough to be heard from the next room.

Made from sines alone, so nobody else's rights are in it; the sound is given away under CC0 1.0. Run it again with
``python resources/sounds/make_alarm.py``; the same bytes come out.
"""

import math
import struct
import wave
from pathlib import Path

RATE = 16_000
BEEPS = ((880.0, 0.14), (0.0, 0.05), (1174.7, 0.14), (0.0, 0.22)) * 3
LOUD = 0.55
EDGE = 0.008
"""Seconds in which a beep fades in and out, so that it does not click."""


def samples() -> list[int]:
    """The sound, 16 bit."""
    found = []
    for pitch, seconds in BEEPS:
        count = round(RATE * seconds)
        for at in range(count):
            edge = min(1.0, at / (RATE * EDGE), (count - at) / (RATE * EDGE))
            turn = 2 * math.pi * pitch * at / RATE
            # A little of the third harmonic carries further than a pure tone.
            level = (math.sin(turn) + 0.25 * math.sin(3 * turn)) / 1.25
            found.append(round(32_767 * LOUD * edge * level))
    return found


def main() -> None:
    """Write the file."""
    values = samples()
    with wave.open(str(Path(__file__).with_name("alarm.wav")), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(struct.pack(f"<{len(values)}h", *values))


if __name__ == "__main__":
    main()
