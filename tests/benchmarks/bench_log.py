"""The journal at a million entries: pages at any depth, searching, and a new entry while somebody follows."""

import threading
import time
from pathlib import Path
from statistics import median

from exitzero import catalogue
from exitzero.build import build_engine
from exitzero.core.facts import EngineStarted
from exitzero.desktop import paths
from exitzero.desktop.vault import MemoryVault
from tests.benchmarks import measure, ten_years

ROUNDS = 21
PAGE = 200


def test_log_at_a_million_entries(tmp_path: Path) -> None:
    """A page costs the same at the end, in the middle and at the beginning; a new line does not get dearer."""
    folder = ten_years.copy(ten_years.kept("million", days=3650, polls=272, ago=1), tmp_path / "million")
    nobody = dict.fromkeys(catalogue.SOURCES, "http://127.0.0.1:9")
    engine = build_engine(folder, mode="command", vault=MemoryVault(), urls=nobody)
    try:
        count = engine.ask(lambda questions: questions.log_count()).result()
        assert count > 1_000_000
        depths = {"newest": count - PAGE, "middle": count // 2, "oldest": 0}
        pages: dict[str, list[float]] = {name: [] for name in depths}
        for _ in range(ROUNDS):
            for name, first in depths.items():
                began = time.perf_counter()
                lines = engine.ask(lambda questions, first=first: questions.log_page(first, PAGE)).result()  # type: ignore[misc]
                pages[name].append(1000 * (time.perf_counter() - began))
                assert len(lines) == PAGE
        searches = {"rare word": "2500 of the", "no hit": "nobody-ever-wrote-this", "source 'ladder'": ""}
        found: dict[str, float] = {}
        for name, word in searches.items():
            sources = ("ladder",) if not word else ()
            began = time.perf_counter()
            engine.ask(lambda questions, word=word, sources=sources: questions.log_search(word, sources)).result()  # type: ignore[misc]
            found[name] = 1000 * (time.perf_counter() - began)
        appended = _follow(engine, count)
    finally:
        engine.close()
    size = paths.database_file(folder).stat().st_size
    middle = {name: median(times) for name, times in pages.items()}
    measure.report(
        "The journal at a million entries",
        f"{count:,} entries, {size / 1e6:.0f} MB; medians of {ROUNDS}; pages of {PAGE} lines, decoded and worded; "
        "an entry from writing it to having read it as a line, with its commit on the disk",
        [
            *((f"page, {name}", f"{value:.1f} ms", "") for name, value in middle.items()),
            *((f"search, {name}", f"{value:.0f} ms", "") for name, value in found.items()),
            ("a new entry, written, told and read", f"{appended:.1f} ms", ""),
        ],
        {"entries": count, "page_ms": middle, "search_ms": found, "append_ms": appended},
    )


def _follow(engine: object, count: int) -> float:
    """Write entries one at a time and read each as soon as the listener hears of it."""
    from exitzero.engine.engine import Engine

    assert isinstance(engine, Engine)
    news = threading.Event()
    engine.listen(lambda _topics: news.set())
    times = []
    for number in range(ROUNDS):
        news.clear()
        began = time.perf_counter()
        engine.database.write(lambda unit: unit.record(EngineStarted("0", "bench")))
        assert news.wait(10)
        first = count + number
        assert engine.ask(lambda questions, first=first: questions.log_page(first, 1)).result()  # type: ignore[misc]
        times.append(1000 * (time.perf_counter() - began))
    return median(times)
