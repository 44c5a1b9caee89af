"""Records into the views of the API.

Imported when health data are first asked for: the rules it rests on are a good part of all our code, and most
requests need none of them.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from functions.api import cursors
from functions.api.health_queries import BiomarkersQuestion, WearableQuestion
from functions.api.health_views import (
    IN_PROGRESS,
    BiomarkersPage,
    BiomarkerView,
    Provenance,
    ScoresView,
    ScoreView,
    WearableDataView,
    WearableSeries,
    newest_end,
)
from functions.api.problems import FieldError, invalid
from functions.api.spans import LocalSpan
from holisticos.contracts.names import AnalysisType, Part
from holisticos.contracts.report import DateSpan
from holisticos.health import normalise
from holisticos.health.assembly import Fetched, assemble
from holisticos.health.catalogue import CATALOGUE, Combine
from holisticos.health.devices import DeviceType, device_type
from holisticos.health.local_days import LocalDays
from holisticos.health.memory import Memory
from holisticos.health.normalise import Dated
from holisticos.health.profile import Profile
from holisticos.health.records import Biomarker, Records, Score
from holisticos.health.series import DailySeries
from holisticos.health.windows import Period
from holisticos.services.user_data import PartRead

Item = TypeVar("Item")

_SLEEP: Final = "sleep"


def scores(read: PartRead[Score], span: LocalSpan, types: Collection[str], profile: Profile) -> ScoresView:
    """One score a type and day: of several versions the newest."""
    zone = ZoneInfo(profile.timezone)
    current = normalise.score_series(read.records.kept, zone)
    days = LocalDays(zone)
    newest: dict[tuple[date, str], Score] = {}
    for score in read.records.kept:
        day = days.of_day_mark(score.at)
        if span.holds(day) and (not types or score.type in types) and score.value == current[score.type].values[day]:
            newest[day, score.type] = score
    at = max((score.at for score in read.records.kept), default=None)
    return ScoresView(
        user_id=profile.user_id,
        window=span.window,
        items=[ScoreView.of(newest[key], key[0]) for key in sorted(newest)],
        provenance=Provenance.of(read.records, read.origin, at),
    )


def biomarkers(
    read: PartRead[Biomarker], span: LocalSpan, question: BiomarkersQuestion, profile: Profile
) -> BiomarkersPage:
    """A page of the records, as they were measured. Raises the problem ``invalid-request`` for a wrong cursor.

    What was told of a day in progress is left out once there is a record of the day.
    """
    dated = normalise.dated(read.records.kept, ZoneInfo(profile.timezone))
    over = {(item.day, item.record.type) for item in dated if item.record.periodicity == "daily"}
    found = [
        item
        for item in dated
        if span.holds(item.day)
        and _is_in(item.record, question.categories)
        and not (item.record.periodicity == IN_PROGRESS and (item.day, item.record.type) in over)
    ]
    found.sort(key=lambda item: (item.record.start, item.record.type, item.record.end, item.record.id))
    page, following = _page(found, question)
    return BiomarkersPage(
        user_id=profile.user_id,
        window=span.window,
        items=[
            BiomarkerView.of(item.record, item.day, device_type(item.record.raw), profile.timezone) for item in page
        ],
        next_cursor=following,
        provenance=Provenance.of(read.records, read.origin, newest_end(read.records.kept)),
    )


def wearable_data(
    read: PartRead[Biomarker], span: LocalSpan, question: WearableQuestion, profile: Profile
) -> WearableDataView:
    """The same rules as for an analysis: one value a day, none from days on which nothing was worn."""
    wanted = frozenset(question.device_types)
    records = [record for record in read.records.kept if not wanted or device_type(record.raw) in wanted]
    window = span.window
    before = DateSpan(start=window.start - timedelta(days=1), end=window.start - timedelta(days=1))
    context = assemble(
        profile,
        Fetched(
            scores=Records(),
            biomarkers=Records(tuple(records)),
            archetypes=Records(),
            memory=Memory(),
            origins=dict.fromkeys(Part, read.origin),
        ),
        Period(
            analysis_type=AnalysisType.INITIAL,
            window=window,
            history=before,
            fetch_from=span.start,
            fetch_until=span.end,
        ),
        span.end,
    )
    series = [_series(one.within(window)) for one in context.biomarkers.values()]
    shown = [one for one in series if one.values and (not question.metrics or one.metric in question.metrics)]
    names = {one.metric for one in shown}
    with_nights = not question.metrics or any(_category(metric) == _SLEEP for metric in question.metrics)
    return WearableDataView(
        user_id=profile.user_id,
        window=window,
        series=shown,
        nights=[night for night in context.nights if with_nights and span.holds(night.wake_date)],
        missing=[metric for metric in dict.fromkeys(question.metrics) if metric not in names],
        wear_days=context.quality.wear_days,
        device_types=_device_types(records),
        provenance=Provenance.of(read.records, read.origin, newest_end(records)),
    )


def _is_in(record: Biomarker, categories: Collection[str]) -> bool:
    """By the source's word or the catalogue's, as for what is withheld."""
    return not categories or record.category in categories or _category(record.type) in categories


def _category(type_: str) -> str:
    metric = CATALOGUE.get(type_)
    return metric.category if metric else ""


def _series(series: DailySeries) -> WearableSeries:
    metric = CATALOGUE.get(series.metric)
    return WearableSeries(
        metric=series.metric,
        category=metric.category if metric else "unknown",
        unit=series.unit,
        aggregation=(metric.combine if metric else Combine.MEAN).value,
        values=series.values,
    )


def _device_types(records: Iterable[Biomarker]) -> list[DeviceType]:
    found = {device_type(record.raw) for record in records}
    return [device for device in DeviceType if device in found]


def _page(found: Sequence[Dated], question: BiomarkersQuestion) -> tuple[Sequence[Dated], str | None]:
    """From the cursor on: the instant of its first record, and how many of that instant come before it."""
    begin = _begin(found, question.cursor) if question.cursor else 0
    end = begin + question.limit
    if end >= len(found):
        return found[begin:], None
    at = found[end].record.start
    before = sum(1 for item in found[:end] if item.record.start == at)
    return found[begin:end], cursors.sealed(f"{at.astimezone(UTC).isoformat()}~{before}")


def _begin(found: Sequence[Dated], cursor: str) -> int:
    text, _, count = cursors.opened(cursor).partition("~")
    try:
        at, skipped = datetime.fromisoformat(text), int(count)
        begin = next((place for place, item in enumerate(found) if item.record.start >= at), len(found))
    except (ValueError, TypeError):
        raise invalid(FieldError(location="query", field="cursor", detail="is not one that was given out")) from None
    return begin + max(0, skipped)
