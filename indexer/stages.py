"""How a long piece of work tells how it gets on."""

from typing import Protocol

from indexer.encoding import Progress


class Stages(Protocol):
    """Shows the stages of a piece of work, one after another."""

    def stage(self, name: str, total: int) -> Progress:
        """Begin a stage of ``total`` steps and return what counts them."""
        ...


class Silent:
    """Shows nothing."""

    def stage(self, name: str, total: int) -> Progress:
        """Return a count that goes nowhere."""
        return lambda steps: None
