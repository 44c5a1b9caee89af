"""Takes signed webhooks from the source of health data: verifies them, queues them, and answers at once."""
