"""The scale-out engine under the same judge: Hospes is killed, PostgreSQL crashes, connections are cut (threats K1, K6).

The caller starts PostgreSQL with `fsync` on and says in the environment how to reach, crash and start it. Refuses to
read a 5xx as "nothing happened": with a database elsewhere the outcome of a cut commit is unknown until somebody looks.
"""

import os
import random
import subprocess
import time

import kills
from disk import wait_for, written
from engines import Postgres
from life import Life

# The pool heals in that time (K6).
HEALED = 10.0
PLAN = [("work", 60), ("start", 15), ("mail", 10), ("database crash", 15), ("cut", 30), ("cut at COMMIT", 20)]


def has_engine(program):
    """Whether this build knows the engine: asked, not assumed."""
    text = subprocess.run([program, "dev", "--help"], capture_output=True, text=True, timeout=20, check=False).stdout
    return "--postgres" in text


def engine():
    """The server that the caller started; nothing without one."""
    names = [f"HOSPES_FAULTS_POSTGRES_{name}" for name in ("URL", "CTL", "PSQL")]
    if any(name not in os.environ for name in names):
        return None
    return Postgres(*(os.environ[name] for name in names))


def run(program, folder, counters, seed, number, until, postgres):
    """All faults in a seeded order on one database, then the end of every mail."""
    rng = random.Random(f"scale out {seed}")
    whole = sum(share for _, share in PLAN)
    kinds = [kind for kind, share in PLAN for _ in range(max(1, share * number // whole))]
    kinds = (kinds + ["work"] * number)[:number]
    rng.shuffle(kinds)
    postgres.wipe()
    life = Life(program, os.path.join(folder, "postgres"), postgres, counters, seed)
    life.forgetful, life.certain = True, False
    life.start()
    life.server.kill()
    done = 0
    for kind in kinds:
        if time.monotonic() > until or counters.too_many():
            break
        try:
            if kind in ("work", "start", "mail"):
                hit = kills.one(life, kind, 0)
            else:
                hit = fault(life, kind, postgres, rng)
            counters.aimed(kind, hit)
        except Exception as error:  # a finding, and not the end of the run
            kills.broken_off(life, kind, error)
        done += 1
    kills.guarded(life)
    return done


def fault(life, kind, postgres, rng):
    """Something happens to the database while Hospes lives; then everything is judged as after a restart. Whether it
    happened: there may be nothing to cut."""
    life.start_and_judge()
    life.work()
    time.sleep(rng.uniform(0.1, 0.6))
    hit = 1
    if kind == "database crash":
        postgres.crash()
        time.sleep(rng.uniform(0, 1))
        postgres.start()
    elif kind == "cut at COMMIT":
        # A commit is short: looked for many times, at most for a second.
        hit, end = 0, time.monotonic() + 1
        while not hit and time.monotonic() < end:
            hit = postgres.cut("AND query ILIKE 'COMMIT%' AND state = 'active'")
    else:
        hit = postgres.cut()
        life.count("connections cut", hit)
    before, began = written(life.counters), time.monotonic()
    if wait_for(lambda: written(life.counters) > before, HEALED):
        life.counters.slowest_heal = max(life.counters.slowest_heal, time.monotonic() - began)
    else:
        life.wrong("unexpected", f"nothing is written {HEALED:.0f} s after {kind} (K6)")
    if not life.server.is_running():
        life.wrong("unexpected", f"{kind} ended the program: {life.server.said()}")
    life.rest()
    life.kind = kind
    life.counters.killed(kind if hit else f"{kind}, missed")
    life.judge()
    life.server.kill()
    life.killed("after a database fault")
    return hit


