"""Pure statistics: typed series in, ``Evidence`` out. No I/O, no clock, no packages but the standard library.

``numeric`` holds functions on plain sequences of floats, each checked against an independent implementation.
The modules below turn series into evidence with them. They share these rules:

* ``window`` is what is analysed, ``history`` the days before it. Absent days are absent, never zero.
* An evidence id is ``{metric}.{statistic}.{period}``; the period is ``window``, ``28d`` or alike, or a date.
* What cannot be computed comes back as evidence with ``unavailable_because`` ("have 3 valid days, need 8"). What has
  a value but nothing to compare it with says so at the end of its ``method``.
* ``value`` is in the unit of the series unless the function says otherwise. ``strength`` is signed and
  standardised; 0 is no effect. ``direction`` describes the size of an effect (``stable`` = too small to matter),
  ``p_value`` whether it can be told from chance: a finding needs both.
* ``p_value`` is that of the single test, and takes account of days that resemble their neighbours (``priors``,
  ``numeric.autoregression``). It is absent where values have no scatter to measure with. Before anything is said,
  all evidence of one family (one statistic, over all series looked at) goes through ``families.adjusted``, and only
  ``families.established`` is told. ``relations`` adjusts its own.
* The same input gives the same evidence, to the last bit: what is drawn at random is seeded.

module         functions
coverage       valid_days, worn_otherwise
usual          level, consistency, days_beyond, sustained_deviation
anomalies      anomalies
trends         trend, monotonicity
turns          turn
changepoints   changepoint
heart          weekly_hrv, resting_heart_rate
sleep          debt, habitual_need
sleep_timing   bedtimes, wake_times, mid_sleeps (nights -> DailySeries), clock_level, clock_variability,
               social_jetlag
regularity     sleep_regularity, regularity_by_day (nights -> DailySeries)
rhythm         rest_activity_rhythm
daytime        active_hours, sedentary_bouts
activity       weekly_activity, weekly_minutes, step_band, load_ratio
weekly         weekend_contrast
relations      relations, difference
before_after   before_after, more_often
body           energy_balance
families       adjusted, established
"""
