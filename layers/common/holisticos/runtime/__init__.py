"""What every function needs while it runs: settings, logs, metrics, traces."""
