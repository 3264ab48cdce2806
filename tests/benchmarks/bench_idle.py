"""What the open cockpit costs while nobody touches it: CPU and wake-ups over a minute, the countdown running."""

from pathlib import Path

from tests.benchmarks import measure, ten_years

SETTLE, SECONDS = "12", "60"


def test_idle(tmp_path: Path) -> None:
    """Aim: at most 0.5 % of one core."""
    with measure.screen() as env, measure.leetcode() as service:
        folder = ten_years.copy(ten_years.kept("years", days=3650, polls=100, ago=1), tmp_path / "ten")
        ten_years.settle(folder, service.url)
        asked = {**env, "EXITZERO_LEETCODE_URL": service.url, "EXITZERO_DATA_DIR": str(folder)}
        bare = measure.run("idle.py", "bare", SETTLE, SECONDS, env=env)
        cockpit = measure.run("idle.py", "cockpit", SETTLE, SECONDS, env=asked)
    measure.report(
        "Idle",
        f"{SECONDS} s after {SETTLE} s to settle, window shown, countdown running, ten years of data; "
        "CPU of all threads in percent of one core (clock ticks of 10 ms), voluntary switches a second",
        [
            ("CPU, bare window", f"{bare['cpu']:.2f} %", ""),
            ("CPU, cockpit", f"{cockpit['cpu']:.2f} %", "aim 0.5 %"),
            ("wake-ups a second, bare window", f"{bare['wakeups']:.1f}", ""),
            ("wake-ups a second, cockpit", f"{cockpit['wakeups']:.1f}", ""),
        ],
        {"bare": bare, "cockpit": cockpit},
    )
