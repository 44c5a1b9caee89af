"""The base of every contract model."""

from pydantic import BaseModel, ConfigDict


class Contract(BaseModel):
    """An immutable value that crosses a boundary.

    Unknown fields are ignored so that an older reader survives a newer writer; NaN and infinities are
    refused because JSON cannot carry them and no number shown to a user may be one of them. Validation errors
    do not quote what they refused: it may be somebody's data, and messages end up in logs.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False, hide_input_in_errors=True)
