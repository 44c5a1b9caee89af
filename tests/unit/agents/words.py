"""What no text may say: names of illnesses, drugs and promises."""

import re

FORBIDDEN = re.compile(
    r"\b(diagnos\w*|diseas\w*|disorder\w*|syndrome|illness|infect\w*|apn(o)?ea|arrhythm\w*|hypert\w+|diabet\w*|"
    r"depress\w*|anxiety|insomnia|cancer|covid|cure\w*|medicat\w*|drug\w*|dose\w*|patholog\w*|abnormal\w*|"
    r"you must|you suffer\w*|guarantee\w*)\b",
    re.IGNORECASE,
)
