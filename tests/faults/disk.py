"""Full, failing and read-only disks (threats K3): writes are told to come back later, reads go on, and it mends itself.

A small file system of our own where one can be mounted, and errors injected into the program's writes where strace
works; each part that cannot run says so. Refuses to fill a disk that anybody else uses.
"""

import os
import subprocess
import threading
import time

import kills
from client import Http
from engines import Sqlite
from life import Life

SMALL = "16m"
HEALED = 10.0
ERRORS = ["ENOSPC", "EDQUOT", "EIO", "EROFS"]


def run(program, folder, counters, seed):
    """All parts; the ends of their lives are waited for by the caller."""
    endings = [full(program, os.path.join(folder, "small"), counters, seed)]
    reason = kills.strace_works()
    if reason:
        counters.skip("errors of the disk", reason)
    else:
        for error in ERRORS:
            endings.append(failing(program, os.path.join(folder, error), counters, seed, error))
    return [ending for ending in endings if ending]


def wait_for(condition, seconds):
    """Whether it came true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return condition()


def written(counters):
    return counters.facts["acknowledged writes"]


def refused(counters):
    return counters.facts["answers 503"] + counters.facts["pages 503"]


def reads_go_on(life, when):
    """The directory is read while nothing can be written."""
    http = Http(life.server)
    known = next(guest for guest in life.guests if guest.id and guest.facts["exists"] and not guest.facts["deleted"])
    for path in ("/v1.0/users?$top=5", f"/v1.0/users/{known.id}", f"/v1.0/users/{known.id}/memberOf"):
        answer = http.json("GET", path, life.token)
        if answer.status != 200:
            life.wrong("unexpected", f"{when}: GET {path} is answered with {answer}")
    http.close()
    life.count("reads while writes were refused")


def writes_again(life, when):
    before = written(life.counters)
    began = time.monotonic()
    if wait_for(lambda: written(life.counters) > before, HEALED):
        print(f"  {when}: writes are taken again after {time.monotonic() - began:.2f} s", flush=True)
    else:
        life.wrong("unexpected", f"{when}: nothing is written {HEALED:.0f} s after the disk was well again")


def judged_again(life, kind):
    """A crash and a plain start after the fault; the end is judged beside what comes next."""
    life.server.kill()
    life.killed(kind)
    thread = threading.Thread(target=kills.guarded, args=(life,))
    thread.start()
    return thread


def full(program, folder, counters, seed):
    """A file system of a few megabytes that somebody else fills up."""
    life = Life(program, folder, Sqlite(), counters, seed)
    # Only the data: journal and log of the test must go on.
    small = life.server.data
    os.makedirs(small)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SMALL},mode=700", "tmpfs", small]
    mounted = subprocess.run(mount, capture_output=True, text=True, check=False)
    if mounted.returncode:
        counters.skip("a full disk", f"no small file system can be mounted: {mounted.stderr.strip()}")
        return None
    try:
        thread = on_small_disk(life, small, counters)
    except BaseException:
        unmount(life, small)
        raise

    def end():
        # What lies on it is looked at until the end of the life.
        thread.join()
        unmount(life, small)

    ending = threading.Thread(target=end)
    ending.start()
    return ending


def unmount(life, small):
    if life.server.is_running():
        life.server.kill()
    done = subprocess.run(["umount", small], check=False, capture_output=True, text=True)
    if done.returncode:
        life.wrong("unexpected", f"the small file system stays mounted: {done.stderr.strip()}")


def on_small_disk(life, small, counters):
    """The disk is full twice, and a third time when the program is killed; the thread that judges the end."""
    life.forgetful = True
    life.start()
    life.work()
    wait_for(lambda: written(counters) > 60, 10)
    filler = os.path.join(small, "filler")
    for when in ("disk full", "disk full again"):
        before = refused(counters)
        fill(filler)
        if not wait_for(lambda b=before: refused(counters) > b + 20, 20):
            life.wrong("unexpected", f"{when}: writes were refused {refused(counters) - before} times only")
        reads_go_on(life, when)
        if not life.server.is_running():
            life.wrong("unexpected", f"{when}: the program ended: {life.server.said()}")
            break
        os.remove(filler)
        writes_again(life, when)
    fill(filler)
    wait_for(lambda b=refused(counters): refused(counters) > b + 5, 20)
    life.server.kill()
    life.killed("on a full disk")
    os.remove(filler)
    life.start_and_judge()
    life.work()
    writes_again(life, "after a kill on a full disk")
    return judged_again(life, "after a full disk")


def fill(path):
    """Takes what is left, to the last page."""
    with open(path, "ab", buffering=0) as file:
        for size in (1 << 20, 1 << 16, 1 << 12):
            try:
                while file.write(b"\0" * size) == size:
                    pass
            except OSError:
                continue


def failing(program, folder, counters, seed, error):
    """A hundred writes in a row that the disk refuses, then it is well again."""
    life = Life(program, folder, Sqlite(), counters, seed)
    life.forgetful = True
    life.start()
    life.work()
    wait_for(lambda b=written(counters): written(counters) > b + 40, 10)
    life.server.kill()
    life.killed("during work")
    life.start_and_judge()
    life.server.kill()
    before = refused(counters)
    life.start(kills.injecting("pwrite64", f"error={error}:when=60..160", kills.database_files(life)))
    life.work()
    if not wait_for(lambda: refused(counters) > before, 10):
        life.wrong("unexpected", f"{error}: no write was refused")
    reads_go_on(life, error)
    writes_again(life, error)
    if not life.server.is_running():
        life.wrong("unexpected", f"{error} on a write ended the program: {life.server.said()}")
    counters.count(f"writes refused by {error}", refused(counters) - before)
    return judged_again(life, f"after {error}")
