"""What became of recommendations, in the user's words."""

import asyncio
import json
from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, status

from functions.api.access import CurrentAccess, OwnUserId
from functions.api.account_views import FeedbackRequest, FeedbackView
from functions.api.dependencies import Dependencies, Deps
from functions.api.erasing import not_being_erased
from functions.api.idempotency import RepeatableRequest
from functions.api.problems import (
    BEING_ERASED,
    BODY_TOO_LARGE,
    FORBIDDEN,
    IDEMPOTENCY_KEY_REUSED,
    INVALID_REQUEST,
    MALFORMED_BODY,
    NOT_FOUND,
    UNAVAILABLE,
    UNSUPPORTED_MEDIA_TYPE,
    ProblemError,
    responses,
)
from holisticos.contracts.audit import AuditAction
from holisticos.contracts.feedback import Feedback

router = APIRouter(tags=["recommendations"], dependencies=[Depends(not_being_erased)])

ANSWERED_FOR: Final = timedelta(days=1)

RecommendationId = Annotated[
    str,
    Path(
        pattern=r"^[A-Za-z0-9_.-]{1,128}$",
        description="`id` of a recommendation in the plan of an analysis of the last 30 days",
        examples=["routine.steady_wake_time"],
    ),
]


@router.post(
    "/users/{user_id}/recommendations/{recommendation_id}/feedback",
    summary="Say what became of a recommendation",
    status_code=status.HTTP_201_CREATED,
    responses=responses(
        MALFORMED_BODY,
        FORBIDDEN,
        NOT_FOUND,
        BEING_ERASED,
        BODY_TOO_LARGE,
        UNSUPPORTED_MEDIA_TYPE,
        INVALID_REQUEST,
        IDEMPOTENCY_KEY_REUSED,
        UNAVAILABLE,
    ),
)
async def give_feedback(
    user_id: OwnUserId,
    recommendation_id: RecommendationId,
    said: FeedbackRequest,
    access: CurrentAccess,
    deps: Deps,
    repeatable: RepeatableRequest,
) -> FeedbackView:
    """Kept beside earlier answers to the same recommendation; the newest counts.

    The note is kept as it is written. It is shown to the user and exported; no agent and no language model reads it.
    """
    await access.record(user_id, AuditAction.FEEDBACK_WRITTEN, "feedback")

    async def keep() -> FeedbackView:
        return FeedbackView.of(await asyncio.to_thread(_keep, user_id, recommendation_id, said, deps))

    return await repeatable.answered(
        said,
        keep,
        keep_for=ANSWERED_FOR,
        # The user's own words lie in one place alone, where an erasure finds them; who repeats them has them.
        kept=lambda view: view.model_dump_json(exclude={"note"}),
        restored=lambda text: FeedbackView.model_validate({**json.loads(text), "note": said.note}),
    )


def _keep(user_id: str, recommendation_id: str, said: FeedbackRequest, deps: Dependencies) -> Feedback:
    given = {past.recommendation.id: past for past in deps.users.memory(user_id).short_term.recommendations}
    past = given.get(recommendation_id)
    if past is None:
        raise ProblemError(NOT_FOUND, "You were given no such recommendation in the last 30 days.")
    feedback = Feedback(
        user_id=user_id,
        recommendation_id=recommendation_id,
        analysis_id=past.analysis_id,
        at=deps.clock.now(),
        **said.model_dump(),
    )
    deps.users.add_feedback(feedback)
    return feedback
