"""Other people's Python libraries against a running Hospes; see `run`."""

import asyncio
import sys

import suite
import token_checks  # noqa: F401 - the order of these lines is the order of the checks
import sign_in_checks  # noqa: F401
import application_checks  # noqa: F401
import guest_checks  # noqa: F401
import directory_checks  # noqa: F401
import batch_checks  # noqa: F401
import delta_checks  # noqa: F401

if __name__ == "__main__":
    sys.exit(0 if asyncio.run(suite.run()) else 1)
