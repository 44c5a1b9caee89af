"""Statistics on plain sequences of floats. Values are finite; what cannot be computed is ``None`` or ValueError."""
