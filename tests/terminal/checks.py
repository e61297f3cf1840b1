"""What the checks of this folder share."""
import sys


def check(truth, *what):
    """Say what is wrong and end, unless it holds."""
    if not truth:
        print("failed:", *what)
        sys.exit(1)
