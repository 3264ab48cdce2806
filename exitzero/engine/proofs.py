"""Logging an outreach by what takes time to look at: screenshots, and mails that have to be asked for.

Pictures are decoded and compared here, off the writer's thread; the action that records is a few rows. For the pool.
"""

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from exitzero.core.errors import BadInput, OutsideTrouble
from exitzero.engine.outreach import frame_of
from exitzero.store import tables
from exitzero.work.outreach import pictures, rules
from exitzero.work.outreach.pictures_compare import find_same
from exitzero.work.outreach.proving import PICTURE_KEY, proof_view
from exitzero.work.outreach.views import PictureCheck, ProofView

if TYPE_CHECKING:
    from exitzero.engine.engine import Engine

FOLDER = "proofs"
"""Where screenshots are kept, beside the database."""


class Proofs:
    """What is looked at before it counts; as ``engine.proofs``."""

    def __init__(self, engine: "Engine") -> None:
        self._engine = engine
        self._turn = threading.Lock()

    @property
    def folder(self) -> Path:
        """Where screenshots are kept."""
        return self._engine.data_dir / FOLDER

    def look(self, data: bytes) -> PictureCheck:
        """What a screenshot is, and whether it was used before. May take seconds. :class:`BadInput` on ``proof``."""
        engine = self._engine
        picture = pictures.fingerprint(data)
        now, zone = engine.now(), engine.machine_zone()
        frame = engine.database.read(lambda session: frame_of(session, now, zone)).result()
        known = engine.database.read(_known).result()
        # What was taken back today may be used again today; what was taken back before belongs to its day.
        used = [each for each in known if not (each.withdrawn and each.label == frame.label)]
        match = find_same(
            data,
            picture,
            known=[(each.key, each.dhash) for each in used],
            digests=[(each.key, each.sha256) for each in used],
            load=self._load,
        )
        same, words, exact = None, "", False
        if match is not None:
            row = next(each for each in used if each.key == match.known_id)
            same, exact = proof_view(row, frame, now), match.exact
            words = pictures.same_words(target=row.target_name, when=f"{row.label:%d %b %Y}", exact=exact)
            if row.withdrawn:
                words = rules.used_words(row.label, row.target_name, withdrawn=True)
        return PictureCheck(
            sha256=picture.sha256,
            dhash=picture.dhash,
            width=picture.width,
            height=picture.height,
            taken_at=pictures.taken_at(data),
            same=same,
            same_words=words,
            same_exact=exact,
        )

    def log_picture(self, target: int, data: bytes, platform: str = "") -> ProofView:
        """Prove an outreach by a screenshot and keep it. Raises :class:`BadInput` on ``proof``."""
        # One at a time: of two alike that come at once, the second has to find the first.
        with self._turn:
            checked = self.look(data)
            if checked.same is not None:
                raise BadInput(pictures.FIELD, checked.same_words)
            # Kept before it counts: a proof without its picture would be worth less than a picture without its proof.
            pictures.keep(data, self.folder)
            return self._engine.do(lambda actions: actions.outreach.log_picture(target, checked, platform)).result()

    def log_mail(self, target: int, message_id: str) -> ProofView:
        """Prove an outreach by a mail that :meth:`Mail.find` has just shown. Raises :class:`BadInput` on ``proof``."""
        mail = self._engine.mail.found(message_id)
        return self._engine.do(lambda actions: actions.outreach.log_mail(target, mail)).result()

    def thumbnail(self, key: str, size: int = 240) -> bytes:
        """A proof's picture as a small PNG. Raises :class:`OutsideTrouble` if it is gone."""
        path = self._path(key)
        if path is None:
            raise OutsideTrouble(
                "That proof has no picture here.", "Its date and digest still count.", reason="missing"
            )
        return pictures.thumbnail(path, size)

    def _path(self, key: str) -> Path | None:
        digest = key.removeprefix(PICTURE_KEY)
        if not key.startswith(PICTURE_KEY) or not digest.isalnum():
            return None
        return next(iter(sorted(self.folder.glob(f"{digest}.*"))), None)

    def _load(self, key: str) -> bytes | None:
        path = self._path(key)
        try:
            return path.read_bytes() if path is not None else None
        except OSError:
            return None


def _known(session: Session) -> list[tables.ProofRow]:
    row = tables.ProofRow
    return list(session.exec(select(row).where(row.kind == "picture").order_by(col(row.at))))
