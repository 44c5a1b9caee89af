"""What every export of Fitbit data has in common: how a day on the wrist is told from a day in a drawer."""

from dataclasses import dataclass

MINUTES_OF_A_DAY = 1440


@dataclass(frozen=True, slots=True)
class FitbitDay:
    """The daily totals of one person; minutes by intensity, energy in kcal."""

    steps: float | None
    light: float | None
    moderate: float | None
    vigorous: float | None
    sedentary: float | None
    energy: float | None

    @property
    def worn(self) -> bool:
        """False on a day without a step, or with 1,440 sedentary minutes: nothing moved the device.

        Such days also carry the basal energy of a whole day, so none of their totals is a measurement.
        """
        return bool(self.steps) and (self.sedentary is None or self.sedentary < MINUTES_OF_A_DAY)

    @property
    def sedentary_without_sleep(self) -> bool:
        """True where the sedentary minutes are sitting, not sleep.

        The device takes a recorded sleep out of the day; on a day whose minutes fill all 1,440 it
        recorded none, and what it calls sedentary includes the night and the time it was not worn.
        """
        active = (self.light or 0) + (self.moderate or 0) + (self.vigorous or 0)
        return self.sedentary is not None and active + self.sedentary < MINUTES_OF_A_DAY

    def activity(self) -> dict[str, float] | None:
        """Values by biomarker type, or None where the device was not worn."""
        if not self.worn:
            return None
        active = [minutes for minutes in (self.light, self.moderate, self.vigorous) if minutes is not None]
        values = {
            "steps": self.steps,
            "active_duration": sum(active) if active else None,
            "activity_low_intensity_duration": self.light,
            "activity_medium_intensity_duration": self.moderate,
            "activity_high_intensity_duration": self.vigorous,
            "activity_sedentary_duration": self.sedentary if self.sedentary_without_sleep else None,
            "total_energy_burned": self.energy,
        }
        return {type_: value for type_, value in values.items() if value is not None}
