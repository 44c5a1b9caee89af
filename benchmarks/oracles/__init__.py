"""How far each statistic is from an independent implementation, on thousands of generated series and on real people."""
