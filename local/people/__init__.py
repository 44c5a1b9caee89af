"""People whose data can be analysed: readers of exports, and a generator of synthetic persons.

Whatever the origin, a person ends up as ``PersonRecords``: scores, biomarkers and archetypes in the
wire format of the upstream health API, so that the rest of the product cannot tell the difference.
"""
