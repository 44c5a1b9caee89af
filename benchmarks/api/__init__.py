"""How the API compares with the least that FastAPI and Mangum can be, and how soon it tells of news."""
