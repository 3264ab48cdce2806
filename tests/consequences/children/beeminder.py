"""Carries out one order against a Beeminder on the loopback address, to be killed meanwhile."""

import sys
import time
from datetime import UTC, date, datetime

from exitzero.consequences.beeminder import BeeminderCharge, BeeminderDatapoint
from exitzero.consequences.beeminder_client import TOKEN, BeeminderClient
from exitzero.core.consequence import Order
from exitzero.net.http import HttpClient


def main() -> None:
    """``kind url key``; the token comes on standard input, because arguments stand in the process list."""
    kind, url, key = sys.argv[1:]
    token = sys.stdin.readline().strip()
    client = BeeminderClient(HttpClient(monotonic=time.monotonic, timeout=20), secret={TOKEN: token}.get, base_url=url)
    order = Order(
        key=key,
        kind=kind,
        label=date(2025, 6, 15),
        due=datetime(2025, 6, 16, tzinfo=UTC),
        amount=500,
        plan={"goal": "leetcode", "value": "0", "comment": "exit 1"},
    )
    deed = {deed.kind: deed for deed in (BeeminderCharge(client), BeeminderDatapoint(client))}[kind]
    sys.stdout.write(deed.carry_out(order).words)


main()
