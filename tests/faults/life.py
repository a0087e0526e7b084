"""One data folder, many lives of the program on it: start, judge, work, kill, and again.

Refuses to go on from a state it has not judged: every start is followed by a look at all rows, and at what the clients
were promised in the life before.
"""

import os
import random
import threading
import time
import uuid
from collections import Counter, deque

import judge
from client import Gone, Http, automation
from script import Client, Guest, Unsure, journal_line
from server import READY_LIMIT, Server, Watchdog

CLIENTS = 6
LOOKED_AT = 3
MOST_COMPLAINTS = 12
# So long after a lost connection the program has ended, or it lives.
GRACE = 2
# A worker that died holds its mails for a minute (LEASE_SECONDS).
LEASE = 60


class Counters:
    """What happened in a run, and what was wrong."""

    def __init__(self, seed):
        self.seed, self.lock = seed, threading.Lock()
        self.kills, self.facts, self.complaints = Counter(), Counter(), []
        self.aims, self.hits = Counter(), Counter()
        self.slowest, self.slowest_heal, self.skipped = 0.0, 0.0, []

    def skip(self, what, why):
        """A part that cannot run says so."""
        self.skipped.append(f"{what}: {why}")
        print(f"  skipped: {what} ({why})", flush=True)

    def count(self, what, number=1):
        with self.lock:
            self.facts[what] += number

    def killed(self, how):
        with self.lock:
            self.kills[how] += 1

    def aimed(self, kind, hit):
        """A fault that was to come at a certain place, and whether it came there."""
        with self.lock:
            self.aims[kind] += 1
            self.hits[kind] += bool(hit)

    def prove_themselves(self):
        """A fault that never came, and clients that never wrote, have shown nothing."""
        for kind, number in self.aims.items():
            if not self.hits[kind]:
                self.wrong("unexpected", f"{kind}: tried {number} times, and it never came where it was aimed")
        if (self.kills or self.facts["judged restarts"]) and not self.facts["acknowledged writes"]:
            self.wrong("unexpected", "not one write was acknowledged")

    def wrong(self, verdict, sentence):
        with self.lock:
            self.facts[verdict] += 1
            if len(self.complaints) < MOST_COMPLAINTS:
                self.complaints.append(f"{verdict}: {sentence}")
                print(f"  WRONG (seed {self.seed}) {verdict}: {sentence}", flush=True)

    def report(self):
        """What another process can add up."""
        return (self.kills, self.facts, self.aims, self.hits), self.complaints, self.skipped, self.slowest

    def add(self, report):
        numbers, complaints, skipped, slowest = report
        for own, more in zip((self.kills, self.facts, self.aims, self.hits), numbers, strict=True):
            own.update(more)
        self.complaints += complaints
        self.skipped += skipped
        self.slowest = max(self.slowest, slowest)

    def too_many(self):
        return len(self.complaints) >= MOST_COMPLAINTS


class Life:
    """The program on one data folder, and the clients that work with it."""

    def __init__(self, program, folder, engine, counters, seed):
        self.server, self.engine, self.counters = Server(program, folder, engine), engine, counters
        self.random = random.Random(f"{seed} {os.path.basename(folder)}")
        self.guests, self.waiting, self.lock = [], deque(), threading.Lock()
        self.seen, self.run, self.stopping = [], 0, threading.Event()
        self.token, self.resource, self.kind = None, "", "first start"
        self.file = open(os.path.join(folder, "journal.jsonl"), "a", encoding="utf-8")  # noqa: SIM115
        self.threads, self.watchdog, self.paused = [], None, []
        # Whether a 5xx promises that nothing happened, and whether a mail may come twice without a crash because the
        # record of its sending could not be written.
        self.certain, self.forgetful = True, False

    # What clients report.

    def count(self, what, number=1):
        self.counters.count(what, number)

    def wrong(self, verdict, sentence):
        self.counters.wrong(verdict, f"{sentence} [{self.engine.name}, life {self.run}, after {self.kind}]")

    def journal(self, guest, step):
        with self.lock:
            self.file.write(journal_line(guest, step) + "\n")
            self.file.flush()
        self.counters.count("acknowledged writes")
        self.counters.count(f"  of them: {step}")

    # Start and judge.

    def start(self, strace=()):
        took = self.server.start(strace)
        self.run += 1
        self.token = self.token or self.prepare()
        return took

    def start_and_judge(self):
        """A plain start, and all questions."""
        took = self.start()
        self.counters.slowest = max(self.counters.slowest, took)
        if took > READY_LIMIT:
            self.wrong("unexpected", f"ready after {took:.1f} s")
        self.judge()

    def prepare(self):
        http = Http(self.server)
        token = automation(http)
        app = self.server.setting("HOSPES_APP_ID")
        found = http.json("GET", f"/v1.0/servicePrincipals(appId='{app}')", token)
        self.resource = found.json["id"]
        http.close()
        return token

    def judge(self, everybody=False):
        for complaint in self.engine.check(self.server):
            self.wrong("torn", f"the engine says: {complaint}")
        rows = judge.Rows(self.engine, self.server)
        for verdict, sentence in judge.everything(rows):
            self.wrong(verdict, sentence)
        touched = [guest for guest in self.guests if guest.touched or everybody]
        for guest in touched:
            for verdict, sentence in [*judge.promises(rows, guest), *judge.kept(rows, guest)]:
                if verdict in ("happened", "did not happen"):
                    self.counters.count(f"unacknowledged: {verdict}")
                    if verdict == "happened":
                        self.learn(rows, guest, sentence)
                else:
                    self.wrong(verdict, sentence)
            guest.touched = False
        self.waiting += self.paused
        self.paused.clear()
        http = Http(self.server)
        known = [guest for guest in touched if guest.id and guest.facts["exists"]]
        for guest in known if everybody else self.random.sample(known, min(LOOKED_AT, len(known))):
            for verdict, sentence in [*judge.over_the_api(http, self.token, guest), *judge.dead_secrets(http, guest)]:
                self.wrong(verdict, sentence)
            if not everybody:
                guest.buried += guest.dead
                guest.dead = []
        http.close()
        self.counters.count("judged restarts")

    @staticmethod
    def learn(rows, guest, step):
        """A step that happened without an answer: the guest goes on behind it, without what the answer had said."""
        if guest.id is None:
            guest.id = str(uuid.UUID(rows.by_mail[guest.old]))
        if step == guest.steps[guest.at]:
            guest.at += 1
        if step in ("reset", "delete"):
            Client.everything_is_dead(guest)
        if guest.link is not None and step in ("reset", "invite again", "redeem"):
            guest.dead.append(("link", guest.link))
            guest.link = None

    # Work and kill.

    def work(self, clients=CLIENTS):
        """Clients begin; they end when the server does, or when they are stopped."""
        self.stopping = threading.Event()
        self.watchdog = Watchdog(Http(self.server), self.run, self.seen)
        self.threads = [threading.Thread(target=self._client, daemon=True) for _ in range(clients)]
        for thread in self.threads:
            thread.start()

    def _client(self):
        client = Client(self)
        while not self.stopping.is_set():
            guest = self._next()
            try:
                client.run(guest, self.stopping)
            except Gone as lost:
                # Only its end excuses a program; whoever ends it is told of that a moment later.
                if not self.stopping.wait(GRACE) and self.server.is_running():
                    self.wrong("unexpected", f"a client lost its connection, and the program lives: {lost}")
                break
            except Unsure:
                with self.lock:
                    self.paused.append(guest)
                continue
            except Exception as error:  # a client that fails is a finding, not the end of the run
                self.wrong("unexpected", f"a client failed at {guest.steps[guest.at]}: {type(error).__name__}: {error}")
                guest.at = len(guest.steps)
            finally:
                with self.lock:
                    if not guest.is_done and guest not in self.paused:
                        self.waiting.append(guest)
        client.http.close()

    def _next(self):
        with self.lock:
            if self.waiting:
                return self.waiting.popleft()
            number = len(self.guests)
            guest = Guest(f"{self.engine.name}{number}", number)
            self.guests.append(guest)
            return guest

    def rest(self):
        """Clients end at the next step; the server goes on."""
        self.stopping.set()
        for thread in self.threads:
            thread.join()
        self.threads = []
        if self.watchdog:
            self.watchdog.end()
            self.watchdog = None

    def killed(self, kind):
        """After the end of the program, whatever ended it."""
        self.kind = kind
        self.counters.killed(kind)
        self.rest()

    # The end.

    def finish(self):
        """Everybody is judged once more, and every mail comes to its end."""
        began = time.time_ns() // 1000
        self.start_and_judge()
        watchdog = Watchdog(Http(self.server), self.run, self.seen)
        for guest in self.guests:
            guest.dead, guest.buried = guest.dead + guest.buried, []
        self.judge(everybody=True)
        end = time.monotonic() + LEASE + 20
        while True:
            ((states),) = self.engine.rows(self.server, [("jobs", "state, kind")])
            waiting = sum(state == "waiting" for state, _ in states)
            if not waiting or time.monotonic() > end:
                break
            time.sleep(0.5)
        watchdog.end()
        if waiting:
            self.wrong("lost", f"{waiting} mails still wait {LEASE + 20} s after the last start (I7)")
        for state, _ in states:
            self.counters.count(f"mails {state}")
        # Only here: in a life that is killed, a mail may come after the last look at the mailbox.
        seen = [message for run, message in self.seen if run == self.run]
        for kind, mail, came in judge.sent_since(self.engine, self.server, began, seen):
            if came:
                self.count("mails of last lives that came")
            else:
                self.wrong("lost", f"the mail {mail} ({kind}) is recorded as sent, and never came (I7)")
        self._duplicates()
        self.server.kill()
        self.file.close()

    def _duplicates(self):
        """Twice in one life is wrong; once more after a crash is what at-least-once means."""
        sightings = Counter((message, run) for run, message in self.seen)
        for (message, run), number in sightings.items():
            if number > 1 and not self.forgetful:
                self.wrong("duplicate", f"the mail {message} came {number} times in life {run}")
        lives = Counter(message for message, _ in sightings)
        self.counters.count("mails that came again after a crash", sum(number - 1 for number in lives.values()))
