"""How the rows of each engine are read from outside, and how each checks itself.

One class per engine with the same methods for the judge; what befalls a database server is PostgreSQL's alone. Python's
own sqlite3 and PostgreSQL's own psql read, so that the judge shares no code with what it judges. Refuses to write.
"""

import csv
import io
import os
import re
import shlex
import sqlite3
import subprocess

UUID = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")


def plain(id):
    """An id without its dashes."""
    return id.replace("-", "").lower()


class Sqlite:
    """The embedded engine: one file."""

    name = "sqlite"

    def arguments(self):
        return []

    def file(self, server):
        return os.path.join(server.data, "dev.db")

    def connect(self, server):
        return sqlite3.connect(f"file:{self.file(server)}?mode=ro", uri=True, timeout=10)

    def check(self, server):
        """Complaints of the engine about itself."""
        connection = self.connect(server)
        try:
            found = [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
            found += [f"foreign key of {row[0]} to {row[2]}" for row in connection.execute("PRAGMA foreign_key_check")]
        finally:
            connection.close()
        return found

    def rows(self, server, questions):
        """One consistent answer to several (table, columns) questions: lists of tuples."""
        connection = self.connect(server)
        try:
            connection.execute("BEGIN")
            return [
                [tuple(_plain_sqlite(cell) for cell in row) for row in connection.execute(f"SELECT {columns} FROM {table}")]
                for table, columns in questions
            ]
        finally:
            connection.close()


def _plain_sqlite(cell):
    return cell.hex() if isinstance(cell, bytes) else cell


class Postgres:
    """The scale-out engine: a private server that the caller started, known by its environment."""

    name = "postgres"

    def __init__(self, url, ctl, psql):
        self.url, self.ctl, self.psql = url, shlex.split(ctl), shlex.split(psql)

    def arguments(self):
        return ["--postgres", self.url]

    def ask(self, sql):
        """The answer of psql as text."""
        run = subprocess.run(
            [*self.psql, "-XqAt", "-v", "ON_ERROR_STOP=1", "-c", sql], capture_output=True, text=True, cwd="/", timeout=60
        )
        if run.returncode:
            raise AssertionError(f"psql: {run.stderr.strip()}")
        return run.stdout

    def check(self, server):
        """PostgreSQL proves its pages by itself; what remains are broken foreign keys, which it does not allow."""
        return []

    def rows(self, server, questions):
        copies = [f"COPY (SELECT {columns} FROM {table}) TO STDOUT (FORMAT csv, NULL '~null~')" for table, columns in questions]
        script = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;\n"
        script += "".join(f"{copy};\n\\echo ~end~\n" for copy in copies) + "COMMIT;\n"
        run = subprocess.run(
            [*self.psql, "-XqAt", "-v", "ON_ERROR_STOP=1"], input=script, capture_output=True, text=True, cwd="/", timeout=120
        )
        if run.returncode:
            raise AssertionError(f"psql: {run.stderr.strip()}")
        parts = run.stdout.split("~end~\n")[: len(questions)]
        return [[tuple(_plain_postgres(cell) for cell in row) for row in csv.reader(io.StringIO(part))] for part in parts]

    def wipe(self):
        self.ask("DROP SCHEMA public CASCADE; CREATE SCHEMA public")

    def crash(self):
        """The database server ends as in a power cut, while Hospes lives."""
        subprocess.run([*self.ctl, "stop", "-s", "-m", "immediate"], check=True, cwd="/", timeout=60)

    def start(self):
        subprocess.run(
            [*self.ctl, "start", "-s", "-w"], check=True, cwd="/", timeout=60, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def cut(self, where=""):
        """Ends Hospes' connections; how many."""
        sql = (
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            f"WHERE datname = current_database() AND pid <> pg_backend_pid() {where}"
        )
        return int(self.ask(sql).strip() or 0)


def _plain_postgres(cell):
    if cell == "~null~":
        return None
    if cell in ("t", "f"):
        return int(cell == "t")
    if UUID.match(cell):
        return plain(cell)
    if cell.startswith("\\x"):
        return cell[2:]
    return int(cell) if re.fullmatch(r"-?\d{1,18}", cell) else cell
