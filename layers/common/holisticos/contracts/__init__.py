"""Everything that crosses a boundary: names, events, reports, results and state payloads.

The models here are what clients, functions, the state machine and the stores agree on. They hold no
logic beyond validation and import nothing else of ours.
"""
