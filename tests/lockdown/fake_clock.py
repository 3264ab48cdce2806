"""A clock that the test moves: the one thing that may be played in these tests."""


class FakeClock:
    """A machine that started a moment ago at a fixed time."""

    def __init__(self) -> None:
        self.now_boot = 100.0
        self.now_wall = 1_790_000_000.0
        self.now_id = "first"

    def boot(self) -> float:
        """Seconds since the start."""
        return self.now_boot

    def boot_id(self) -> str:
        """This start's word."""
        return self.now_id

    def wall(self) -> float:
        """The wall clock."""
        return self.now_wall

    def pause(self, seconds: float) -> None:
        """Waiting makes both go on."""
        self.go(seconds)

    def go(self, seconds: float) -> None:
        """The machine runs for a while."""
        self.now_boot += seconds
        self.now_wall += seconds

    def restart(self, *, off: float) -> None:
        """The machine is off for a while and starts again."""
        self.now_wall += off
        self.now_boot = 5.0
        self.now_id += "+"
