"""Schemas of other versions (K12): a newer one is refused, and a migration is killed at every write and sync.

Refuses to know a migration by name: it takes back whatever the newest one did, as far as that can be read.
"""

import os
import re
import signal
import sqlite3

import kills
from copies import Case, refusal_is_helpful
from server import NotReady


def run(life, source, counters):
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
                counters.skip("interrupted migration", "the newest one does more than add tables, columns and indexes")
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
        if n == 1:
            life.wrong("unexpected", f"no {syscall} of a migration was met, so none was interrupted")


def schema_of(file):
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10)
    try:
        rows = connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name").fetchall()
        return rows, connection.execute("SELECT number, name, checksum FROM schema_history").fetchall()
    finally:
        connection.close()


def back_to_the_previous_schema(file):
    """Takes the newest migration back; false where that is more than tables and columns added, indexes made or replaced and rows changed."""
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../crates/store/migrations")
    *earlier, newest = sorted(name for name in os.listdir(folder) if name.endswith(".sql"))
    known = [statement for name in earlier for statement in statements_of(os.path.join(folder, name))]
    undo = []
    for statement in statements_of(os.path.join(folder, newest)):
        made = re.match(r"CREATE (?:UNIQUE )?(TABLE|INDEX) (\w+)", statement)
        gone = re.match(r"DROP INDEX (\w+)$", statement)
        column = re.match(r"ALTER TABLE (\w+) ADD COLUMN (\w+) [^,]*$", statement)
        # What is to be filled in is done when the directory is opened, and nothing of the list is left then.
        if re.match(r"(INSERT INTO|DELETE FROM) words_to_fill\b", statement):
            continue
        # What was put into another form stays so, and is put so once more.
        if re.match(r"UPDATE \w+ SET\b", statement):
            continue
        if column:
            undo.append(f"ALTER TABLE {column[1]} DROP COLUMN {column[2]}")
        elif made:
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
    command = kills.injecting(syscall, f"signal=SIGKILL:when={n}", [case.file, case.file + "-wal"])
    try:
        case.server.start(command)
    except NotReady as ended:
        if case.server.process.returncode != -signal.SIGKILL:
            case.life.wrong("unexpected", f"a migration ended by itself: {ended}")
        return True
    case.server.kill()
    return False
