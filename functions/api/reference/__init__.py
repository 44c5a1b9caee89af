"""The API's reference as one page that needs nothing but itself: no scripts, no assets, nobody else's server.

Imported when somebody asks for it: a cold start of anything else does not pay for it.
"""
