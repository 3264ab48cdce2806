"""Connecting, testing and disconnecting what consequences need: channels for the post, the Beeminder account.

Every secret goes into the keyring and nowhere else. Methods block on network and keyring; for the network pool.
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from exitzero.consequences.beeminder import BeeminderDatapoint
from exitzero.consequences.beeminder_client import TOKEN, BeeminderTrouble
from exitzero.consequences.channel_forms import FORMS, Service, ServiceForm
from exitzero.consequences.channels import Channel, address_for, opened
from exitzero.consequences.shame import ShamePost
from exitzero.core.consequence import Order
from exitzero.core.errors import BadInput, OutsideTrouble
from exitzero.core.facts import ChannelConnected, ChannelDisconnected, ChannelProved
from exitzero.desktop.vault import Vault
from exitzero.engine.reading import contract_series, row_at, version_on
from exitzero.engine.views import BeeminderView
from exitzero.store import tables
from exitzero.store.database import Unit

if TYPE_CHECKING:
    from exitzero.engine.engine import Engine

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")


class Connections:
    """What is connected, for the settings."""

    def __init__(self, engine: "Engine", vault: Vault) -> None:
        self._engine = engine
        self._vault = vault

    @staticmethod
    def forms() -> tuple[ServiceForm, ...]:
        """What each service asks for; imports nothing heavy."""
        return tuple(FORMS.values())

    def connect_channel(self, service: str, name: str, answers: Mapping[str, str]) -> str:
        """Connect a place for shame posts under a name of one's own; gives its address without secrets.

        Raises :class:`BadInput` at the field. Nothing is sent.
        """
        if not NAME.fullmatch(name):
            raise BadInput("name", "Name it with small letters, digits and -, such as mastodon.")
        known = Service(service)
        address = address_for(known, answers)
        shown = opened(known, address).shown
        self._vault.set(Channel(name, known, name).secret_name, address)
        self._engine.database.write(lambda unit: unit.record(ChannelConnected(name, service, shown))).result()
        return shown

    def test_channel(self, name: str) -> str:
        """Really send a message that says it is a test; gives the receipt. Raises :class:`OutsideTrouble`."""
        channel = self._channel(name)
        receipt = self._post().test(channel, f"{self._engine.now():%Y-%m-%d %H:%M:%S} UTC")
        self._proved(name, "tested")
        return receipt.words

    def rehearse_channel(self, name: str) -> str:
        """Go through everything short of sending; gives what was found. Raises :class:`OutsideTrouble`."""
        channel = self._channel(name)
        now = self._engine.now()
        plan = {"channel": name, "service": channel.service.value, "text": f"A rehearsal of ExitZero, {now:%Y-%m-%d}."}
        receipt = self._post().rehearse(Order(f"rehearsal:{name}", "shame", now.date(), now, plan=plan))
        self._proved(name, "rehearsed")
        return receipt.words

    def post_limit(self, name: str) -> int:
        """How many letters, as its service counts them, fit into one post of a channel. Raises :class:`BadInput`."""
        channel = self._channel(name)
        return opened(channel.service, self._vault.get(channel.secret_name) or "").limit

    def disconnect_channel(self, name: str) -> None:
        """Forget a channel and its secret. Raises :class:`BadInput` while the contract arms it, now or later."""
        self._channel(name)

        def work(unit: Unit) -> None:
            series = contract_series(unit.session)
            row = row_at(unit.session, unit.now)
            today = row.label if row is not None else unit.now.date()
            holding = [version_on(series, today)] if series else []
            holding += [version for version in series if version.effective > today]
            if any(name in version.terms.stakes.channels for version in holding):
                raise BadInput("channel", f"{name} is armed by the contract; disarm it there first.")
            unit.record(ChannelDisconnected(name))

        self._engine.database.write(work).result()
        self._vault.delete(Channel(name, Service.OTHER, name).secret_name)

    def connect_beeminder(self, token: str) -> BeeminderView:
        """Check a token with Beeminder and keep it. Raises :class:`BadInput` on ``token``."""
        before = self._vault.get(TOKEN)
        self._vault.set(TOKEN, token.strip())
        view = self.beeminder()
        if not view.username:
            if before is None:
                self._vault.delete(TOKEN)
            else:
                self._vault.set(TOKEN, before)
            raise BadInput("token", view.trouble)
        return view

    def beeminder(self) -> BeeminderView:
        """The connected account with its goals, or why it cannot be used."""
        if not self._vault.get(TOKEN):
            return BeeminderView(connected=False)
        client = self._datapoint().client
        try:
            account = client.user()
            goals = tuple(goal.slug for goal in client.goals())
        except BeeminderTrouble as trouble:
            return BeeminderView(connected=True, trouble=str(trouble))
        trouble_words = "Beeminder cannot take payments from this account." if account.deadbeat else ""
        return BeeminderView(True, account.username, goals or account.goals, trouble_words)

    def disconnect_beeminder(self) -> None:
        """Forget the token."""
        self._vault.delete(TOKEN)

    def _channel(self, name: str) -> Channel:
        row = self._engine.database.read(lambda session: session.get(tables.ChannelRow, name)).result()
        if row is None:
            raise BadInput("channel", f"{name} is not connected.")
        return Channel(row.id, Service(row.service), row.id)

    def _proved(self, name: str, how: str) -> None:
        self._engine.database.write(lambda unit: unit.record(ChannelProved(name, how))).result()

    def _post(self) -> ShamePost:
        post = self._engine.outside.get("shame")
        if not isinstance(post, ShamePost):
            raise OutsideTrouble("Nothing is posted here.", "This is the demo.", reason="demo")
        return post

    def _datapoint(self) -> BeeminderDatapoint:
        datapoint = self._engine.outside.get("beeminder_datapoint")
        if not isinstance(datapoint, BeeminderDatapoint):
            raise OutsideTrouble("Beeminder is not reached from here.", "This is the demo.", reason="demo")
        return datapoint
