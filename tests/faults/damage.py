"""What is refused at start, and in which words: a second process (K4), damage (K5).

Refuses to touch the folder of a life: every case has a copy of its own.
"""

import os
import signal
import struct
import subprocess
import time

import migrations
import sabotage
from copies import Case, copied, refusal_is_helpful
from engines import Sqlite
from life import Life
from server import Server

PAGES, FRAMES = 40, 30
FRAME = 24
REMEDY = "docs/guide/restoring.md"


def run(program, folder, counters, seed):
    """One life to take copies of, then every case."""
    life = Life(program, os.path.join(folder, "damage"), Sqlite(), counters, seed)
    life.start()
    life.work()
    end = time.monotonic() + 15
    while time.monotonic() < end and sum(guest.is_done for guest in life.guests) < 25:
        time.sleep(0.05)
    second_process(life)
    life.rest()
    sabotage.the_judge_sees_secrets(life)
    life.server.kill()
    life.killed("during work")
    killed = copied(life, "killed")
    damaged_log(life, killed, counters)
    life.start_and_judge()
    code = life.server.kill(signal.SIGTERM)
    if code != 0:
        life.wrong("unexpected", f"a polite stop ended with {code}: {life.server.said()}")
    stopped = copied(life, "stopped")
    sabotage.the_judge_sees_mails(life, stopped)
    sabotage.the_judge_sees_rows(life, stopped)
    damaged_pages(life, stopped, counters)
    migrations.run(life, stopped, counters)


def second_process(life):
    """K4: refused with a message, while the first one goes on."""
    other = Server(life.server.program, os.path.join(life.server.folder, "other"), life.engine)
    other.data = life.server.data
    before = life.counters.facts["acknowledged writes"]
    other.spawn()
    code = other.ended()
    if code != 1 or "is using" not in other.said():
        life.wrong("unexpected", f"a second process ended with {code}: {other.said()}")
    code, said = serve_beside(life)
    if code != 1 or "is in use by another Hospes" not in said:
        life.wrong("unexpected", f"`hospes serve` on a database in use ended with {code}: {said}")
    end = time.monotonic() + 5
    while life.counters.facts["acknowledged writes"] <= before and time.monotonic() < end:
        time.sleep(0.02)
    if life.counters.facts["acknowledged writes"] <= before:
        life.wrong("unexpected", "the first process does not go on beside a refused second one")
    life.count("refused: second process")


def serve_beside(life):
    """How `hospes serve` ends on the database of a running `hospes dev`, whose lock of the folder it does not know: only
    the lock of the database itself stands between them."""
    command = [life.server.program, "serve", "--public-url", "https://guests.fabrikam.example", "--listen", "127.0.0.1:0"]
    command += ["--database", life.engine.file(life.server), "--master-key-file", os.path.join(life.server.data, "dev.key")]
    # Settings of whoever runs the tests are not ours.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HOSPES_")}
    try:
        run = subprocess.run(
            command, cwd=life.server.folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=20, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:  # which has ended it
        return None, "it serves"
    return run.returncode, (run.stdout + run.stderr).strip()


def frames_of(log):
    """Size of a frame and, for each frame of the newest generation, whether it ends a transaction."""
    size = struct.unpack(">I", log[8:12])[0] + FRAME
    salts = log[16:24]
    ends = []
    for at in range(32, len(log) - size + 1, size):
        if log[at + 8 : at + 16] != salts:
            break
        ends.append(struct.unpack(">I", log[at + 4 : at + 8])[0] != 0)
    return size, ends


def damaged_log(life, source, counters):
    """A broken frame at the end is a torn write, and ignored; one with later commits behind it is damage."""
    with open(life.engine.file(life.server) + "-wal", "rb") as file:
        log = file.read()
    size, ends = frames_of(log)
    excused = [set(without_last(life, source, size, ends, commits)) for commits in range(3)]
    for number in range(FRAMES):
        frame = life.random.randrange(len(ends)) if number % 3 else len(ends) - 1 - number // 3
        case = Case(life, source, f"damaged log {number}")
        at = 32 + frame * size + life.random.randrange(size)
        flip(case.file + "-wal", at, life.random)
        said = case.starts()
        later = sum(ends[frame:])
        # Where a header is broken nobody can tell that its frame ended a transaction.
        unclear = ends[frame] and (at - 32) % size < FRAME and later == 2
        where = f"frame {frame} of {len(ends)} is damaged, {later} commits follow"
        if said is None and (later < 2 or unclear):
            for verdict, sentence in set(case.complaints()) - excused[later]:
                life.wrong(verdict, f"{where}, and it is served: {sentence}")
            counters.count("damage that may have been a torn end" if unclear else "torn ends of the log ignored")
        elif said is None:
            life.wrong("lost", f"{where}, and it is served")
        elif later >= 2:
            refusal_is_helpful(case, said, ["damaged", REMEDY])
        else:
            life.wrong("unexpected", f"a torn end of the log is no damage, but it was refused: {said}")
        case.end()


def without_last(life, source, size, ends, commits):
    """What a log may cost whose last commits were torn: complaints about a copy that ends before them."""
    case = Case(life, source, f"log without {commits} commits")
    whole = [frame + 1 for frame, is_end in enumerate(ends) if is_end]
    os.truncate(case.file + "-wal", 32 + whole[-1 - commits] * size)
    # Without a start: the program has no part in what is excused.
    found = case.complaints()
    for verdict, sentence in found:
        # A commit is whole, and nothing but the last ones is missing.
        if verdict != "lost" or not commits:
            life.wrong(verdict, f"the log without its last {commits} commits, read by the judge: {sentence}")
    case.end()
    return found


def damaged_pages(life, source, counters):
    """A page whose structure is broken is found before anything is served; unused bytes may be served round."""
    pages = os.path.getsize(os.path.join(source, "dev.db")) // 4096
    for number in range(PAGES):
        case = Case(life, source, f"damaged page {number}")
        page = life.random.randrange(pages)
        with open(case.file, "r+b") as file:
            file.seek(page * 4096)
            if number % 4 == 0:
                file.write(b"\0" * 4096)
            elif number % 4 == 1:
                file.write(life.random.randbytes(4096))
            else:
                file.write(life.random.randbytes(12))
        said = case.starts()
        if said is not None:
            refusal_is_helpful(case, said, ["damaged", REMEDY] if page else ["database"])
        else:
            for verdict, sentence in case.complaints():
                life.wrong(verdict, f"page {page} of {pages} is damaged, and it is served: {sentence}")
            counters.count("damage to unused pages served round")
        case.end()


def flip(path, at, rng):
    with open(path, "r+b") as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ (1 << rng.randrange(8))]))
