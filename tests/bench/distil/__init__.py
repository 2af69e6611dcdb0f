"""Trains adapters as the default one; ``__main__`` tells how."""
