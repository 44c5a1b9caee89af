"""Everything that is kept of a user, for them to take along."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Final
from uuid import uuid4
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, status

from functions.api.access import CurrentAccess, OwnUserId
from functions.api.account_views import ExportedFile, ExportRequest, ExportView
from functions.api.dependencies import Dependencies, Deps
from functions.api.erasing import not_being_erased
from functions.api.idempotency import RepeatableRequest
from functions.api.problems import (
    BEING_ERASED,
    BODY_TOO_LARGE,
    EXPORT_TOO_LARGE,
    FORBIDDEN,
    HEALTH_DATA_UNAVAILABLE,
    IDEMPOTENCY_KEY_REUSED,
    INVALID_REQUEST,
    MALFORMED_BODY,
    UNAVAILABLE,
    UNSUPPORTED_MEDIA_TYPE,
    FieldError,
    ProblemError,
    invalid,
    responses,
)
from functions.api.schemas import EARLIEST
from holisticos.contracts.audit import AuditAction
from holisticos.contracts.errors import NotFoundError
from holisticos.contracts.report import DateSpan
from holisticos.health.profile import Profile

if TYPE_CHECKING:
    from holisticos.services.data_export import ArchivedFile, HealthData

router = APIRouter(tags=["account"], dependencies=[Depends(not_being_erased)])

MAX_DAYS: Final = 366
VALID_FOR: Final = timedelta(minutes=15)
READING_SECONDS: Final = 15.0
"""For health data; the rest of the time until API Gateway gives up is for writing the archive."""

_IN_MEMORY: Final = 16 * 1024 * 1024
_WHOLE = ExportRequest()


@router.post(
    "/users/{user_id}/export",
    summary="Export everything that is kept of the user",
    status_code=status.HTTP_201_CREATED,
    responses=responses(
        MALFORMED_BODY,
        FORBIDDEN,
        BEING_ERASED,
        BODY_TOO_LARGE,
        UNSUPPORTED_MEDIA_TYPE,
        INVALID_REQUEST,
        IDEMPOTENCY_KEY_REUSED,
        EXPORT_TOO_LARGE,
        UNAVAILABLE,
        HEALTH_DATA_UNAVAILABLE,
    ),
)
async def export_data(
    user_id: OwnUserId,
    access: CurrentAccess,
    deps: Deps,
    repeatable: RepeatableRequest,
    wanted: ExportRequest = _WHOLE,
) -> ExportView:
    """A ZIP with JSON: profile, memory, feedback, analyses, audit trail, and up to a year of health records.

    The records are there as their source wrote them, and as FHIR R4 Observations with LOINC codes. The archive is
    fetched from `url`, a link that works for a quarter of an hour; with an `Idempotency-Key` the same request gives
    the same archive while it does.
    """
    at = deps.clock.now()
    profile = await asyncio.to_thread(_profile, user_id, deps)
    export = _Export(
        export_id=f"ex-{uuid4().hex}",
        profile=profile,
        days=_days(wanted, at.astimezone(ZoneInfo(profile.timezone)).date()),
        at=at,
    )
    await access.record(user_id, AuditAction.DATA_EXPORTED, export.export_id)
    return await repeatable.answered(
        wanted,
        lambda: _exported(export, deps),
        keep_for=VALID_FOR,
        kept=ExportView.model_dump_json,
        restored=ExportView.model_validate_json,
    )


@dataclass(frozen=True, slots=True)
class _Export:
    export_id: str
    profile: Profile
    days: DateSpan
    at: datetime


async def _exported(export: _Export, deps: Dependencies) -> ExportView:
    from holisticos.services.data_export import read_health_data  # with all the rules of health data

    data = await asyncio.to_thread(deps.health_data)
    try:
        async with asyncio.timeout(READING_SECONDS):
            health = await read_health_data(export.profile, export.days, export.at, data)
    except TimeoutError:
        raise ProblemError(EXPORT_TOO_LARGE, "Ask for fewer days of health data at a time.") from None
    return await asyncio.to_thread(_written, export, health, deps)


def _written(export: _Export, health: "HealthData", deps: Dependencies) -> ExportView:
    from holisticos.services.data_export import write_archive

    with SpooledTemporaryFile(_IN_MEMORY) as archive:
        files = write_archive(
            archive,
            export.profile,
            health,
            export.days,
            at=export.at,
            users=deps.users,
            analyses=deps.analyses,
            audit=deps.audit,
        )
        size = archive.tell()
        archive.seek(0)
        digest = hashlib.file_digest(archive, "sha256").hexdigest()
        archive.seek(0)
        key = deps.exports.put(export.profile.user_id, f"{export.export_id}.zip", archive)
    url = deps.exports.link(key, f"holisticos-{export.at.date()}.zip", VALID_FOR)
    return ExportView(
        export_id=export.export_id,
        created_at=export.at,
        expires_at=export.at + VALID_FOR,
        bytes=size,
        sha256=digest,
        files=_listed(files),
        url=url,
    )


def _listed(files: "Sequence[ArchivedFile]") -> list[ExportedFile]:
    return [ExportedFile(name=one.name, bytes=one.size, records=one.records, sha256=one.sha256) for one in files]


def _days(wanted: ExportRequest, today: date) -> DateSpan:
    end = wanted.end_date or today
    start = wanted.start_date or max(EARLIEST.date(), end - timedelta(days=MAX_DAYS - 1))
    if end > today:
        raise _wrong("end_date", "must not be after today")
    if start > end:
        raise _wrong("start_date", "must not be after end_date")
    if (end - start).days >= MAX_DAYS:
        raise _wrong("start_date", f"must be at most {MAX_DAYS} days before end_date")
    return DateSpan(start=start, end=end)


def _wrong(field: str, detail: str) -> Exception:
    return invalid(FieldError(location="body", field=field, detail=detail))


def _profile(user_id: str, deps: Dependencies) -> Profile:
    try:
        return deps.users.profile(user_id)
    except NotFoundError:
        return Profile(user_id=user_id)
