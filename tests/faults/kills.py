"""kill -9 at random moments and at every n-th write and sync, always on the same data (threats K1, K10).

Refuses to count what did not happen: a kill that was to come at the n-th write counts as such only if it came there.
"""

import os
import random
import shutil
import signal
import threading
import time
import traceback

from engines import Sqlite
from life import Life
from server import NotReady

# Kinds and how many of each; together the number of kills of a run.
PLAN = [
    ("work", 260), ("start", 60), ("pwrite64", 80), ("fsync", 50), ("mail", 30), ("checkpoint", 20), ("failed fsync", 15),
    ("failed checkpoint", 5),
]  # fmt: skip
BELOW_STRACE = ("pwrite64", "fsync", "checkpoint", "failed fsync", "failed checkpoint")
# Beyond that the rows take longer to judge than the program to start.
LIFE = 80
# The program works that long at most when its n-th write does not come.
PATIENCE = 3.0


def strace_works():
    """Why strace cannot be used here; nothing if it can."""
    if shutil.which("strace") is None:
        return "there is no strace"
    code = os.spawnlp(os.P_WAIT, "strace", "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync", "true")
    return None if code == 0 else "strace may not trace here"


def injecting(syscall, what, files, record="/dev/null"):
    """strace that does `what` at system calls on these files; `when=N` counts in each thread."""
    command = ["strace", "-f", "-qq", "-o", record, "-e", f"trace={syscall}", "-e", f"inject={syscall}:{what}"]
    if what.startswith("error"):
        # All other system calls run at full speed; strace 6.1 sends no signal in this mode.
        command.insert(2, "--seccomp-bpf")
    for file in files:
        command += ["-P", os.path.abspath(file)]
    return command


def database_files(life):
    file = life.engine.file(life.server)
    return [file, f"{file}-wal"]


def plan(number, seed_random, strace):
    """The kinds of kills of a run, in a seeded order; each write and sync from the first on is a place of its own."""
    kinds = []
    for kind, share in PLAN:
        if kind in BELOW_STRACE and not strace:
            kind = "work"
        # A life has one checkpoint, hardly more, and that syncs the file once.
        kinds += [(kind, 1 if kind == "failed checkpoint" else n + 1) for n in range(max(1, share * number // 520))]
    kinds += [("work", 0)] * (number - len(kinds))
    seed_random.shuffle(kinds)
    return kinds


def one(life, kind, n):
    """One life up to its violent end; whether that came where it was aimed."""
    rng = life.random
    if kind == "start":
        life.server.spawn()
        time.sleep(rng.uniform(0, 0.08))
        life.server.kill()
        life.killed("during start")
        return True
    if kind in BELOW_STRACE:
        return below_strace(life, kind, n)
    life.start_and_judge()
    life.work()
    hit = True
    if kind == "mail":
        # Between the mail server's 250 and the record of it, as nearly as one can aim (K10).
        end = time.monotonic() + PATIENCE
        wanted = rng.randint(1, 6)
        while life.watchdog.number < wanted and time.monotonic() < end:
            time.sleep(0.001)
        hit = life.watchdog.number >= wanted
    else:
        # Often in the middle of things, and often enough late, so that some lives get to their end.
        time.sleep(rng.uniform(0.02, 0.4) if rng.random() < 0.65 else rng.uniform(0.4, 1.6))
    life.server.kill()
    life.killed("at a mail" if kind == "mail" and hit else "during work")
    return hit


def below_strace(life, kind, n):
    """A life whose n-th write or sync is its last, and whether it was. What came before has been judged, and is judged
    after it."""
    life.start_and_judge()
    life.server.kill()
    syscall = {"checkpoint": "pwrite64", "pwrite64": "pwrite64"}.get(kind, "fsync")
    what = f"error=EIO:when={n}" if kind.startswith("failed") else f"signal=SIGKILL:when={n}"
    files, record = database_files(life), os.path.join(life.server.folder, "strace.txt")
    at_checkpoint = kind.endswith("checkpoint")
    try:
        life.start(injecting(syscall, what, files[:1] if at_checkpoint else files, record))
    except NotReady as ended:
        life.killed(f"at {kind}, before ready")
        if kind == "failed fsync" and "fsync" not in str(ended):
            life.wrong("unexpected", f"a failed fsync at start was not named: {ended}")
        return came(life, kind, record)
    life.work()
    end = time.monotonic() + PATIENCE
    while life.server.is_running() and time.monotonic() < end:
        time.sleep(0.002)
    if not life.server.is_running():
        life.server.ended()
        if kind == "failed fsync" and "fsync failed" not in life.server.said():
            life.wrong("unexpected", f"a failed fsync was not named: {life.server.said()}")
        life.killed(f"at {kind}")
        return came(life, kind, record)
    hit = kind == "failed checkpoint" and has_failed(record)
    if at_checkpoint and not hit:
        # A slow machine does not fill the log in that time; a polite stop empties it.
        life.rest()
        life.server.kill(signal.SIGTERM)
        hit = came(life, kind, record, asked=True)
        life.killed(f"at {kind}" if hit else "stopped politely")
        return hit
    life.server.kill()
    # SQLite checkpoints again after a failed one: nothing rests on what the kernel may have dropped.
    life.killed("after failed checkpoint" if hit else "during work")
    return hit


def came(life, kind, record, asked=False):
    """Whether what was injected ended the program, or failed below it; another end than that is a finding."""
    code = life.server.process.returncode
    hit = has_failed(record) if kind.startswith("failed") else code == -signal.SIGKILL
    if not hit and not (asked and code == 0):
        life.wrong("unexpected", f"aimed at {kind}, but it ended by itself with {code}: {life.server.said()}")
    return hit


def has_failed(record):
    """Whether strace says that it let a system call fail."""
    with open(record, encoding="utf-8", errors="replace") as file:
        return "(INJECTED)" in file.read()


def run(program, folder, counters, seed, number, until, engine=None):
    """All kills, or as many as there was time for."""
    reason = strace_works()
    if reason:
        counters.skip("kills at every write and sync", f"{reason}; random kills take their place")
    rng = random.Random(f"kills {seed}")
    kinds = plan(number, rng, not reason)
    life, done, endings = None, 0, []
    for place, (kind, n) in enumerate(kinds):
        if time.monotonic() > until or counters.too_many():
            break
        if place % LIFE == 0:
            if life:
                endings.append(ending(life))
            life = Life(program, os.path.join(folder, f"kills{place // LIFE}"), engine or Sqlite(), counters, seed)
            life.start()  # the first start plants the seed, which a kill would only start over
            life.server.kill()
        try:
            counters.aimed(kind, one(life, kind, n))
        except Exception as error:  # a finding, and not the end of the run
            broken_off(life, f"{kind} {n}", error)
        done += 1
        if done % 50 == 0:
            print(f"  {done} of {number} kills, {counters.facts['acknowledged writes']} acknowledged writes", flush=True)
    if life:
        endings.append(ending(life))
    for thread in endings:
        thread.join()
    return done


def broken_off(life, what, error):
    """Says so, and leaves a folder on which the next start can be tried."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{os.path.basename(where.filename)}:{where.lineno}"
    life.wrong("unexpected", f"{what} broke off at {place}: {type(error).__name__}: {error}")
    if life.server.is_running():
        life.server.kill()
    life.rest()


def ending(life):
    """The end of a life waits for leases; the next one need not wait for it."""
    thread = threading.Thread(target=guarded, args=(life,))
    thread.start()
    return thread


def guarded(life):
    try:
        life.finish()
    except Exception as error:
        life.wrong("unexpected", f"the end could not be judged: {type(error).__name__}: {error}")
        life.server.kill()
