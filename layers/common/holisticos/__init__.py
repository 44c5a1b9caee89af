"""HolisticOS: evidence-first analysis of wearable data. The package shared by all functions."""
