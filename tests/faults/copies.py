"""A server on a copy of what a life left behind, and what its refusals must say.

Refuses to touch the folder of a life: every case has a copy of its own.
"""

import os
import shutil
import sqlite3

import judge
from server import NotReady, Server


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
