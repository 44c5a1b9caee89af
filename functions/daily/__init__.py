"""Who is due today: stores the day's analyses, which the daily workflow then starts."""
