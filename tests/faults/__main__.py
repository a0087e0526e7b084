"""Crash safety of the real program: kills, full disks, failing disks, damage. See docs/how-to/faults.md.

`python3 tests/faults --hospes PROGRAM [--minutes N] [--kills N] [--seed S] [--engine E]`; `cargo xtask test faults`
runs it so. Exit code 0: nothing was lost or torn; 1: something was; 3: nothing was, but a part could not run or the
time was over before the last kill.
"""

import argparse
import os
import random
import shutil
import sqlite3
import sys
import tempfile
import time

import lanes

PARTS = {"kills", "disk", "damage"}
SCALE_OUT_KILLS = 100


def main():
    options = arguments()
    if sqlite3.sqlite_version_info < (3, 37):
        print(f"skipped: the judge needs SQLite 3.37 in Python, this is {sqlite3.sqlite_version}")
        return 3
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**9)
    program = os.path.abspath(options.hospes)
    folder = os.path.abspath(options.folder) if options.folder else tempfile.mkdtemp(prefix="hospes-faults-")
    print(f"seed {seed}; data in {folder}", flush=True)
    began = time.monotonic()
    # The end of the last lives waits for leases of a minute.
    until = began + max(options.minutes - 1.5, options.minutes / 2) * 60
    if options.engine == "postgres":
        counters = lanes.elsewhere(program, folder, seed, options.kills or SCALE_OUT_KILLS, until)
    else:
        only = set(options.only.split(",")) if options.only else PARTS
        counters = lanes.embedded(program, folder, seed, options.kills or 520, until, only)
    code = report(counters, time.monotonic() - began)
    if code != 1 and not options.folder:
        shutil.rmtree(folder, ignore_errors=True)
    return code


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hospes", required=True, help="the program under test")
    parser.add_argument("--minutes", type=float, default=8, help="the most time")
    parser.add_argument("--kills", type=int, help="how many, 520 unless said otherwise")
    parser.add_argument("--seed", type=int, help="of an earlier run, to repeat its choices")
    parser.add_argument("--engine", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--folder", help="where the data is kept afterwards")
    parser.add_argument("--only", help="some of: " + ",".join(sorted(PARTS)))
    return parser.parse_args()


def report(counters, seconds):
    """The counters, and what the exit code says."""
    counters.prove_themselves()
    facts = counters.facts
    planned, done = facts.pop("planned kills", 0), facts.pop("kills", 0)
    wrong = {verdict: facts.pop(verdict, 0) for verdict in ("lost", "torn", "duplicate", "unexpected")}
    print(f"\n{done} of {planned} planned kills in {seconds:.0f} s, seed {counters.seed}")
    for what, number in sorted(counters.kills.items(), key=lambda pair: -pair[1]):
        print(f"{number:>8}  {what}")
    print()
    for what, number in sorted(facts.items()):
        print(f"{number:>8}  {what}")
    print(f"{counters.slowest * 1000:>8.0f}  ms from start to ready, at most")
    if counters.slowest_heal:
        print(f"{counters.slowest_heal * 1000:>8.0f}  ms until the pool healed, at most")
    for verdict, number in wrong.items():
        print(f"{number:>8}  {verdict}")
    for complaint in counters.complaints:
        print(f"WRONG, seed {counters.seed}: {complaint}")
    for skipped in sorted(set(counters.skipped)):
        print(f"skipped: {skipped}")
    if done < planned:
        print(f"skipped: {planned - done} kills, the time was over")
    if sum(wrong.values()):
        return 1
    return 3 if counters.skipped or done < planned else 0


if __name__ == "__main__":
    sys.exit(main())
