"""A process that serves, as gunicorn keeps it: the only folder that builds on gunicorn's inside."""

from server.worker.process import Worker
from server.worker.refusals import LONGEST_REQUEST_LINE

__all__ = ["LONGEST_REQUEST_LINE", "Worker"]
