"""Runs checks one after the other and prints a line for each."""

import inspect
import logging
import os
import sys
import time
from importlib.metadata import version


def setting(name):
    """A variable of the development server's env file."""
    value = os.environ.get("HOSPES_" + name)
    if not value:
        sys.exit(f"HOSPES_{name} is not set: export the variables of a running development server")
    return value


BASE = setting("BASE_URL")
TENANT = setting("TENANT_ID")
CLIENT = setting("CLIENT_ID")
SECRET = setting("CLIENT_SECRET")

# Refusals that a check provokes are no news.
logging.getLogger("azure").setLevel(logging.CRITICAL)

# Each check is a name and a function; they run in the order in which they are written.
CHECKS = []


def check(function):
    """Registers a check; its first line of documentation is what is printed."""
    CHECKS.append((inspect.getdoc(function), function))
    return function


def same(found, wanted, what="value"):
    """Fails unless both are equal."""
    if found != wanted:
        raise AssertionError(f"{what}: wanted {wanted!r}, found {found!r}")


def true(condition, what):
    """Fails unless the condition holds."""
    if not condition:
        raise AssertionError(what)


async def run():
    """Runs all checks, also after a failed one, and says whether all passed."""
    libraries = ["msal", "azure-identity", "msgraph-sdk", "msgraph-beta-sdk", "Authlib", "joserfc", "PyJWT"]
    print("python " + sys.version.split()[0], *(f"{name} {version(name)}" for name in libraries), sep=", ")
    failed = 0
    for name, function in CHECKS:
        start = time.monotonic()
        try:
            outcome = function()
            if inspect.isawaitable(outcome):
                await outcome
        except Exception as error:  # whatever a library throws is the finding
            failed += 1
            print(f"FAIL  {name}\n      {type(error).__name__}: {error}", flush=True)
        else:
            print(f"ok    {name} ({(time.monotonic() - start) * 1000:.0f} ms)", flush=True)
    print(f"{len(CHECKS) - failed} of {len(CHECKS)} checks passed")
    return failed == 0
