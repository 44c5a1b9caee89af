"""How many false texts the grounding checker lets through, and how many faithful ones it refuses."""
