"""What Engine can be asked about API keys."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from engine.access import keys
from engine.access.key_results import Key, KeyList, NewKey
from engine.access.keys import KeyTerms
from engine.rights_desk import RightsDesk


class KeyDesk(RightsDesk):
    """The part of ``Engine`` that keeps the keys by which others ask."""

    def create_key(
        self,
        name: str,
        role: str,
        *,
        person: str | None = None,
        functions: Sequence[str] = (),
        regions: Sequence[str] = (),
        scopes: Sequence[str] = (),
        days: int = 90,
    ) -> NewKey:
        """Make an API key and return it with its secret, which is told this once.

        Args:
            name: What it is called; name no person in it.
            role: ``employee``, ``manager``, ``talent_partner``, ``integration``, ``auditor`` or ``admin``.
            person: Whose it is, for the first three.
            functions: Of a talent partner or an integration: the functions whose people it may ask about.
            regions: Likewise the regions; people of any of the functions or regions count.
            scopes: What an integration may do.
            days: For how many days it is good, up to 730.

        Raises:
            InvalidInput: The terms do not fit the role; nothing is made.
        """
        terms = KeyTerms(
            name=name,
            role=role,
            person=None if person is None else self._person(person).id,
            functions=tuple(functions),
            regions=tuple(regions),
            scopes=tuple(scopes),
            days=days,
        )
        return keys.create_key(self.store, self._actor, terms, datetime.now(UTC))

    def list_keys(self) -> KeyList:
        """Return all API keys, the oldest first, without their secrets."""
        return keys.list_keys(self.store, datetime.now(UTC))

    def rotate_key(self, key: str, *, overlap_hours: float = 24.0) -> NewKey:
        """Give an API key another secret, and return it; the one before stays good for some hours.

        Args:
            key: Id of the key.
            overlap_hours: For how many hours the secret that it has stays good, up to 720; 0 ends it at once.

        Raises:
            InvalidInput: The key is not good any more, or the hours are out of range.
        """
        return keys.rotate_key(self.store, self._actor, key, overlap_hours, datetime.now(UTC))

    def revoke_key(self, key: str) -> Key:
        """Make an API key, given by its id, good for nothing: at once, in every process, and for good."""
        return keys.revoke_key(self.store, self._actor, key, datetime.now(UTC))
