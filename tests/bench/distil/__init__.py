"""Trains the default adapter on a GPU; ``__main__`` tells how."""
