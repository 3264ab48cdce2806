"""How long until the first paint, and how heavy: against a bare PySide6 window, and ten years against one day."""

from pathlib import Path

from tests.benchmarks import measure, ten_years

ROUNDS = 7


def test_start_and_memory(tmp_path: Path) -> None:
    """Aims: first paint at most 1.6 times and memory at most 2.2 times a bare window; ten years at most 1.15 times."""
    with measure.screen() as env, measure.leetcode() as service:
        new = ten_years.one_day(tmp_path / "one", service.url)
        old = ten_years.copy(ten_years.kept("years", days=3650, polls=100, ago=1), tmp_path / "ten")
        ten_years.settle(old, service.url)
        asked = {**env, "EXITZERO_LEETCODE_URL": service.url}
        samples = measure.alternating(
            {
                "bare": ("first_paint.py", "bare"),
                "one day": ("first_paint.py", "cockpit"),
                "ten years": ("first_paint.py", "cockpit"),
            },
            {
                "bare": env,
                "one day": {**asked, "EXITZERO_DATA_DIR": str(new)},
                "ten years": {**asked, "EXITZERO_DATA_DIR": str(old)},
            },
            rounds=ROUNDS,
        )
        size = (old / "exitzero.db").stat().st_size if (old / "exitzero.db").exists() else 0
    bare, one, ten = samples["bare"], samples["one day"], samples["ten years"]
    figures = {
        side: {name: round(measure.mid(samples[side], name), 1) for name in ("paint", "painted", "rss", "pss", "uss")}
        for side in samples
    }
    ratios = {
        "paint": measure.ratio(one, bare, "paint"),
        "painted": measure.ratio(one, bare, "painted"),
        "rss": measure.ratio(one, bare, "rss"),
        "pss": measure.ratio(one, bare, "pss"),
        "paint_ten_years": measure.ratio(ten, one, "paint"),
        "rss_ten_years": measure.ratio(ten, one, "rss"),
    }

    def row(name: str, unit: str) -> str:
        return " / ".join(f"{figures[side][name]:.0f}" for side in samples) + f" {unit}"

    measure.report(
        "Start and memory",
        f"bare / one day / ten years ({size / 1e6:.0f} MB); medians of {ROUNDS} starts each, in turn, after a warm-up; "
        "from the parent's call to the first paintEvent of the window; memory five seconds after the call",
        [
            ("first paint", row("paint", "ms"), ""),
            ("first paint done", row("painted", "ms"), ""),
            ("RSS", row("rss", "MiB"), ""),
            ("PSS", row("pss", "MiB"), ""),
            ("USS", row("uss", "MiB"), ""),
            ("first paint, against bare", f"{ratios['paint']:.2f}", "aim 1.6"),
            ("first paint done, against bare", f"{ratios['painted']:.2f}", ""),
            ("RSS, against bare", f"{ratios['rss']:.2f}", "aim 2.2"),
            ("PSS, against bare", f"{ratios['pss']:.2f}", ""),
            ("first paint, ten years against one day", f"{ratios['paint_ten_years']:.2f}", "aim 1.15"),
            ("RSS, ten years against one day", f"{ratios['rss_ten_years']:.2f}", "aim 1.15"),
        ],
        {"medians": figures, "ratios": {name: round(value, 3) for name, value in ratios.items()}},
    )
