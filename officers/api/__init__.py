"""Officers over HTTP."""
