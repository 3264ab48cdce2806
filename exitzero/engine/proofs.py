"""Logging an outreach by what takes time to look at: screenshots, and mails that have to be asked for.

Pictures are decoded and compared here, off the writer's thread; the action that records is a few rows. For the pool.
"""

from typing import TYPE_CHECKING

from exitzero.work.outreach.views import PictureCheck, ProofView

if TYPE_CHECKING:
    from exitzero.engine.engine import Engine


class Proofs:
    """What is looked at before it counts; as ``engine.proofs``."""

    def __init__(self, engine: "Engine") -> None:
        self._engine = engine

    def look(self, data: bytes) -> PictureCheck:
        """What a screenshot is, and whether it was used before. Raises :class:`BadInput` on ``proof``. May take seconds."""
        raise NotImplementedError

    def log_picture(self, target: int, data: bytes, platform: str = "") -> ProofView:
        """Prove an outreach by a screenshot and keep it. Raises :class:`BadInput` on ``proof``."""
        raise NotImplementedError

    def log_mail(self, target: int, message_id: str) -> ProofView:
        """Prove an outreach by a mail that :meth:`Mail.find` has just shown. Raises :class:`BadInput` on ``proof``."""
        raise NotImplementedError

    def thumbnail(self, key: str, size: int = 240) -> bytes:
        """A proof's picture as a small PNG. Raises :class:`OutsideTrouble` if it is gone."""
        raise NotImplementedError
