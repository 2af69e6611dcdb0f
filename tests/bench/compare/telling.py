"""What a run says while it goes."""

import sys
import time


def tell(text: str) -> None:
    """Print what is being done."""
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)  # noqa: T201
