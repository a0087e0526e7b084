"""The program under test: started on one data folder again and again, killed, watched.

Refuses to tidy up after a kill: the next start finds what the last one left. Kills by process id, nothing else.
"""

import os
import signal
import socket
import subprocess
import threading
import time

READY_LIMIT = 5.0
START_LIMIT = 30.0
# Started by this process, and not seen to end.
_started = set()


class NotReady(Exception):
    """The program ended before it was ready, with what it printed."""


def end_all():
    """Ends what a part that broke off has left behind."""
    for server in list(_started):
        try:
            server.kill()
        except AssertionError:  # it would not end, and has been ended
            continue


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def send(pid, number):
    """A signal, unless nobody is there any more."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


class Server:
    """`hospes dev` on one folder and one port, so that everything issued before a crash is meant for after it too."""

    def __init__(self, program, folder, engine):
        self.program, self.folder, self.engine = program, folder, engine
        self.data = os.path.join(folder, "data")
        self.log = os.path.join(folder, "server.log")
        self.port = free_port()
        self.base = f"https://localhost:{self.port}"
        self.settings, self.process, self.pid = {}, None, None
        os.makedirs(folder, exist_ok=True)

    def setting(self, name):
        return self.settings[name]

    def spawn(self, strace=()):
        """Starts it, below strace where wanted; does not wait."""
        arguments = [self.program, "dev", "--port", str(self.port), "--data", self.data]
        arguments += self.engine.arguments()
        self.last_pid, self.pid = self.pid, None
        with open(self.log, "ab") as log:
            self.log_from = log.tell()
            self.process = subprocess.Popen(
                [*strace, *arguments], stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder
            )
        _started.add(self)
        self.began = time.monotonic()
        if not strace:
            self.pid = self.process.pid

    def start(self, strace=()):
        """Starts it and waits until it answers; the seconds that took."""
        self.spawn(strace)
        return self.wait_ready()

    def wait_ready(self):
        """Ready is what a client would notice: the settings of this very process, and an open port."""
        env = os.path.join(self.data, "dev.env")
        while True:
            settings = self._read(env)
            pid = int(settings.get("HOSPES_PROCESS_ID", 0))
            fresh = pid == self.pid if self.pid else pid not in (0, self.last_pid)
            if fresh and self._accepts():
                self.settings, self.pid = settings, pid
                return time.monotonic() - self.began
            if self.process.poll() is not None:
                raise NotReady(f"it ended with {self.process.returncode}: {self.said()}")
            if time.monotonic() - self.began > START_LIMIT:
                self.kill()
                raise NotReady(f"it was not ready after {START_LIMIT:.0f} s: {self.said()}")
            time.sleep(0.002)

    @staticmethod
    def _read(path):
        try:
            with open(path, encoding="utf-8") as file:
                text = file.read()
        except OSError:
            return {}
        return dict(line.split("=", 1) for line in text.splitlines() if "=" in line)

    def _accepts(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            return True
        except OSError:
            return False

    def kill(self, number=signal.SIGKILL):
        """kill -9; below strace the program itself, whose end strace follows."""
        if self.is_running():  # else the number may be somebody else's by now
            send(self.pid or self._child() or self.process.pid, number)
        return self.ended()

    def _child(self):
        """The program below strace before it said its number."""
        try:
            with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children", encoding="ascii") as file:
                children = file.read().split()
        except OSError:
            return None
        return int(children[0]) if children else None

    def ended(self, within=30):
        """Waits for the end; the exit code, negative for a signal."""
        try:
            return self.process.wait(within)
        except subprocess.TimeoutExpired:
            # Before strace, which lets go of the program when it is killed.
            send(self._child() or self.pid or self.process.pid, signal.SIGKILL)
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"the process did not end within {within} s: {self.said()}") from None
        finally:
            _started.discard(self)

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def said(self):
        """What this start printed, its end only."""
        with open(self.log, "rb") as log:
            log.seek(self.log_from)
            return log.read().decode("utf-8", "replace")[-2000:].strip()


class Watchdog:
    """Collects every mail that arrives while a server lives, so that one that comes twice or never is noticed."""

    def __init__(self, http, life, seen):
        self.http, self.life, self.seen = http, life, seen
        self.number = 0
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        while not self.stop.wait(0.02) and self._look():
            pass

    def _look(self):
        """Whether there was an answer."""
        try:
            mails = self.http.ask("GET", "/dev/mail").json["value"]
        except Exception:  # the server is gone, or going
            return False
        for mail in mails:
            if int(mail["id"]) > self.number:
                self.seen.append((self.life, mail["messageId"]))
        self.number = max([self.number, *(int(mail["id"]) for mail in mails)])
        return True

    def end(self):
        self.stop.set()
        self.thread.join()
        self._look()  # what came since the last look; a program that is gone says nothing
        self.http.close()
