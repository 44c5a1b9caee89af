"""The fallback database: its schema as migrations, and what applies them."""
