"""API keys: who may ask what over HTTP. The secret of a key is told once, in the answer that makes it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from api.routes.asking import PROBLEMS, TOLD_ONCE, Answering
from engine.access.key_results import Key, KeyList, NewKey

router = APIRouter(prefix="/keys", tags=["keys"], responses=PROBLEMS)

KeyId = Annotated[str, Path(description="Id of the key.")]


class AskedKey(BaseModel):
    """What a key is to be."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(description="What it is called; name no person in it.")
    role: str = Field(description="`employee`, `manager`, `talent_partner`, `integration`, `auditor` or `admin`.")
    person: str | None = Field(None, description="Name, e-mail or id of whose it is, for the first three.")
    functions: tuple[str, ...] = Field((), description="Functions whose people it may ask about.")
    regions: tuple[str, ...] = Field((), description="Regions whose people it may ask about.")
    scopes: tuple[str, ...] = Field((), description="What an integration may do.")
    days: int = Field(90, description="For how many days it is good, up to 730.")


@router.post("", operation_id="create_key", summary="Make an API key", dependencies=TOLD_ONCE)
def create_key(engine: Answering, asked: AskedKey) -> NewKey:
    """Told this once, `token` is what requests carry. An admin says why in `X-Reason`; it goes on record."""
    return engine.create_key(**asked.model_dump())


@router.get("", operation_id="list_keys", summary="All API keys")
def list_keys(engine: Answering) -> KeyList:
    """The oldest first, without their secrets."""
    return engine.list_keys()


@router.post(
    "/{key}/rotation",
    operation_id="rotate_key",
    summary="Give an API key another secret",
    dependencies=TOLD_ONCE,
)
def rotate_key(
    engine: Answering,
    key: KeyId,
    overlap_hours: Annotated[float, Query(description="Hours for which the one before stays good.")] = 24.0,
) -> NewKey:
    """Told this once, as when a key is made. An admin says why in `X-Reason`; it goes on record."""
    return engine.rotate_key(key, overlap_hours=overlap_hours)


@router.delete("/{key}", operation_id="revoke_key", summary="Revoke an API key")
def revoke_key(engine: Answering, key: KeyId) -> Key:
    """It is good for nothing from now on, in every process and for good."""
    return engine.revoke_key(key)
