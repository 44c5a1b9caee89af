"""The building blocks: each module defines one, the stack composes them."""
