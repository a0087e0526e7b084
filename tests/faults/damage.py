"""What is refused at start, and in which words: a second process (K4), damage (K5), schemas of other versions (K12).

Refuses to touch the folder of a life: every case has a copy of its own.
"""

import os
import re
import shutil
import signal
import sqlite3
import struct
import threading
import time

import judge
import kills
from engines import Sqlite
from life import Life
from script import Client, Guest
from server import NotReady, Server

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
    the_judge_sees_secrets(life)
    life.server.kill()
    life.killed("during work")
    killed = copied(life, "killed")
    damaged_log(life, killed, counters)
    life.start_and_judge()
    code = life.server.kill(signal.SIGTERM)
    if code != 0:
        life.wrong("unexpected", f"a polite stop ended with {code}: {life.server.said()}")
    stopped = copied(life, "stopped")
    the_judge_sees_rows(life, stopped)
    damaged_pages(life, stopped, counters)
    schemas(life, stopped, counters)


def copied(life, name):
    target = os.path.join(life.server.folder, name)
    shutil.copytree(life.server.data, target)
    return target


class Case:
    """A server on a fresh copy."""

    def __init__(self, life, source, name):
        folder = os.path.join(life.server.folder, name)
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        self.life, self.name = life, name
        self.server = Server(life.server.program, folder, life.engine)
        shutil.copytree(source, self.server.data)
        self.file = life.engine.file(self.server)

    def starts(self):
        """Nothing when it serves, else what it said when it refused."""
        try:
            self.server.start()
        except NotReady as refused:
            return str(refused)
        return None

    def complaints(self):
        """What is wrong with the rows that are served."""
        try:
            rows = judge.Rows(self.life.engine, self.server)
        except sqlite3.DatabaseError as error:
            return [("unexpected", f"the judge cannot read it: {error}")]
        found = list(judge.everything(rows))
        for guest in self.life.guests:
            if guest.unsure is None and guest.id:
                actual = rows.facts(judge.plain(guest.id))
                if actual != guest.facts:
                    found.append(("lost", f"{guest.name}: {judge.difference(guest.facts, actual)}"))
                found += judge.kept(rows, guest)
        return found

    def end(self):
        if self.server.is_running():
            self.server.kill()
        shutil.rmtree(self.server.folder, ignore_errors=True)


def refusal_is_helpful(case, said, words):
    """Refused in words that say what is wrong and what to do."""
    missing = [word for word in words if word not in said]
    if missing:
        case.life.wrong("unexpected", f"{case.name}: refused without saying {missing}: {said}")
    case.life.count(f"refused: {case.name.rsplit(' ', 1)[0]}")


def second_process(life):
    """K4: refused with a message, while the first one goes on."""
    other = Server(life.server.program, os.path.join(life.server.folder, "other"), life.engine)
    other.data = life.server.data
    before = life.counters.facts["acknowledged writes"]
    other.spawn()
    code = other.ended()
    if code != 1 or "is using" not in other.said():
        life.wrong("unexpected", f"a second process ended with {code}: {other.said()}")
    end = time.monotonic() + 5
    while life.counters.facts["acknowledged writes"] <= before and time.monotonic() < end:
        time.sleep(0.02)
    if life.counters.facts["acknowledged writes"] <= before:
        life.wrong("unexpected", "the first process does not go on beside a refused second one")
    life.count("refused: second process")


def the_judge_sees_secrets(life):
    """What is alive counts as alive: otherwise nothing dead would prove anything."""
    life.stopping = threading.Event()
    client = Client(life)
    guest = Guest("alive", 0)
    life.guests.append(guest)
    seen = {}
    for step in ("invite", "join", "assign"):
        getattr(client, step)(guest)
    seen["link"] = judge.works(client.http, "link", guest.link)
    for step in ("redeem", "sign_in"):
        getattr(client, step)(guest)
    for kind, secret in [("session", guest.cookies), ("access", guest.access), ("code", client.authorize(guest))]:
        seen[kind] = judge.works(client.http, kind, secret)
    client.refresh(guest)
    seen["refresh"] = judge.works(client.http, "refresh", guest.refresh)
    client.http.close()
    for kind, alive in seen.items():
        if not alive:
            life.wrong("unexpected", f"the judge takes a living {kind} for dead")
    life.count("living secrets seen by the judge")


ONE_GUEST = "(SELECT id FROM users WHERE user_type = 'Guest' AND deleted_at IS NULL AND external_user_state = 'Accepted' LIMIT 1)"
SABOTAGE = [
    "DELETE FROM audit WHERE rowid = (SELECT max(rowid) FROM audit WHERE activity = 'Redeem external user invite')",
    "DELETE FROM audit WHERE rowid = (SELECT max(rowid) FROM audit WHERE activity = 'Add member to group')",
    f"UPDATE audit SET activity = 'Update user' WHERE activity = 'Invite external user' AND target_id = {ONE_GUEST}",
    f"DELETE FROM group_members WHERE member_id = {ONE_GUEST}",
    f"DELETE FROM app_role_assignments WHERE principal_id = {ONE_GUEST}",
    f"UPDATE bindings SET ended_at = 1 WHERE ended_at IS NULL AND user_id = {ONE_GUEST}",
    f"UPDATE users SET mail = 'somebody@else.test' WHERE id = {ONE_GUEST}",
    f"UPDATE users SET external_user_state = 'PendingAcceptance' WHERE id = {ONE_GUEST}",
    f"UPDATE invitations SET state = 'superseded' WHERE state = 'used' AND user_id = {ONE_GUEST}",
    f"UPDATE users SET upn = 'x' || upn WHERE id = {ONE_GUEST}",
    "UPDATE users SET deleted_at = NULL WHERE id = (SELECT id FROM users WHERE deleted_at IS NOT NULL LIMIT 1)",
    "DELETE FROM jobs WHERE rowid = (SELECT max(rowid) FROM jobs WHERE kind = 'invitation')",
    "UPDATE jobs SET state = 'lost' WHERE rowid = (SELECT max(rowid) FROM jobs)",
]


def the_judge_sees_rows(life, source):
    """Each of these is a commit that was lost or torn; a judge that does not notice is worth nothing."""
    for number, sabotage in enumerate(SABOTAGE):
        case = Case(life, source, f"sabotage {number}")
        connection = sqlite3.connect(case.file)
        changed = connection.execute(sabotage).rowcount
        connection.commit()
        connection.close()
        # Without a start: the program itself has nothing to say about it.
        if changed and not case.complaints():
            life.wrong("unexpected", f"the judge does not notice: {sabotage}")
        life.count("sabotage seen by the judge" if changed else "sabotage without a row to change")
        case.end()


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
    for number in range(FRAMES):
        frame = life.random.randrange(len(ends)) if number % 3 else len(ends) - 1 - number // 3
        case = Case(life, source, f"damaged log {number}")
        at = 32 + frame * size + life.random.randrange(size)
        flip(case.file + "-wal", at, life.random)
        said = case.starts()
        later = sum(ends[frame:])
        if ends[frame] and (at - 32) % size < FRAME and later == 2:
            counters.count("damage that may have been a torn end")
        elif later >= 2:
            if said is None:
                life.wrong("lost", f"frame {frame} of {len(ends)} is damaged, {later} commits follow, and it is served")
            else:
                refusal_is_helpful(case, said, ["damaged", REMEDY])
        elif said is not None:
            life.wrong("unexpected", f"a torn end of the log is no damage, but it was refused: {said}")
        else:
            torn = [sentence for verdict, sentence in judge.everything(judge.Rows(life.engine, case.server)) if verdict == "torn"]
            for sentence in torn:
                life.wrong("torn", f"after a torn end of the log: {sentence}")
            counters.count("torn ends of the log ignored")
        case.end()


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


def schemas(life, source, counters):
    """K12: a newer schema is refused; a migration that is interrupted anywhere is completed by the next start."""
    case = Case(life, source, "newer schema 0")
    with sqlite3.connect(case.file) as connection:
        connection.execute("INSERT INTO schema_history VALUES (9999, 'later', 'x', 0)")
    connection.close()
    said = case.starts()
    if said is None:
        life.wrong("unexpected", "a newer schema is served")
    else:
        refusal_is_helpful(case, said, ["written by a newer Hospes", "9999"])
    case.end()
    reason = kills.strace_works()
    if reason:
        counters.skip("interrupted migration", reason)
        return
    whole = schema_of(os.path.join(source, "dev.db"))
    for syscall in ("pwrite64", "fsync"):
        for n in range(1, 200):
            case = Case(life, source, f"interrupted migration {syscall}{n}")
            if not back_to_the_previous_schema(case.file):
                counters.skip("interrupted migration", "the newest one does more than add tables and indexes")
                return
            if interrupted(case, syscall, n):
                counters.killed("during a migration")
            else:
                case.end()
                break
            said = case.starts()
            if said is not None:
                life.wrong("unexpected", f"a migration interrupted at {syscall} {n} is not completed: {said}")
            elif schema_of(case.file) != whole:
                life.wrong("torn", f"a migration interrupted at {syscall} {n} is half done")
            else:
                for verdict, sentence in case.complaints():
                    life.wrong(verdict, f"after a migration interrupted at {syscall} {n}: {sentence}")
            case.end()


def schema_of(file):
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10)
    try:
        rows = connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name").fetchall()
        return rows, connection.execute("SELECT number, name, checksum FROM schema_history").fetchall()
    finally:
        connection.close()


def back_to_the_previous_schema(file):
    """Takes the newest migration back; false where that is more than tables made and indexes made or replaced."""
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../crates/store/migrations")
    *earlier, newest = sorted(name for name in os.listdir(folder) if name.endswith(".sql"))
    known = [statement for name in earlier for statement in statements_of(os.path.join(folder, name))]
    undo = []
    for statement in statements_of(os.path.join(folder, newest)):
        made = re.match(r"CREATE (?:UNIQUE )?(TABLE|INDEX) (\w+)", statement)
        gone = re.match(r"DROP INDEX (\w+)$", statement)
        if made:
            undo.append(f"DROP {made[1]} IF EXISTS {made[2]}")
        elif gone:
            undo += [old for old in known if re.match(rf"CREATE (?:UNIQUE )?INDEX {gone[1]} ", old)][-1:]
        else:
            return False
    connection = sqlite3.connect(file)
    for statement in reversed(undo):
        connection.execute(statement)
    connection.execute("DELETE FROM schema_history WHERE number = ?", (int(newest[:4]),))
    connection.commit()
    connection.close()
    return True


def statements_of(path):
    """The statements of a migration, without comments."""
    with open(path, encoding="utf-8") as script:
        return [part.strip() for part in re.sub(r"--.*", "", script.read()).split(";") if part.strip()]


def interrupted(case, syscall, n):
    """Whether the program was killed at its n-th write or sync of the database before it was ready."""
    command = kills.injecting(case.life, syscall, f"signal=SIGKILL:when={n}", [case.file, case.file + "-wal"])
    try:
        case.server.start(command)
    except NotReady:
        return True
    case.server.kill()
    return False
