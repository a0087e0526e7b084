"""One guest's life, from the invitation to the day after the reset, step by step.

Each acknowledged write is journaled, with what must be true from then on, before the next step begins. A step whose
answer was lost stays open until the judge has seen which of the two it was. Refuses to judge.
"""

import json
import time

from client import CLI, NATIVE, Away, Browser, Http, authorize_url, pkce, tokens

APP_ROLE = "5b1d7c4e-0c2f-4f1b-9d53-6a1f0e8b2c77"
FIRST = {
    "exists": False, "mail": None, "accepted": False, "member": False, "role": False, "deleted": False,
    "invites": 0, "resets": 0, "redeems": 0, "patches": 0, "joined": 0, "left": 0, "assigned": 0, "unassigned": 0,
    "deletes": 0,
}  # fmt: skip
WHOLE = [
    # Twice each: only the second refresh shows that the first one, which was answered, is still there.
    "invite", "read_mail", "join", "assign", "redeem", "sign_in", "refresh", "refresh",
    "move", "reset", "redeem", "sign_in", "refresh", "refresh",
]  # fmt: skip
ENDS = [["leave"], ["unassign"], ["delete"], []]
MAIL_PATIENCE = 3
# So long after its use a refresh token yields the same successor again (RETRY_SECONDS); later it ends its family.
RETRY = 10


class Later(Exception):
    """The server asks to come back later (429, 503), or a mail did not come: nothing was acknowledged."""


class Unsure(Exception):
    """The server answered that it does not know, or cannot say, whether it happened."""


class Stuck(Exception):
    """This guest has used up what one mailbox may ask for in an hour; another one goes on."""


class Guest:
    """What a client knows about one guest, and what must therefore be so."""

    def __init__(self, name, number):
        self.name, self.number = name, number
        self.old, self.new = f"{name}@adatum.test", f"{name}@northwind.test"
        self.steps = WHOLE + ENDS[number % len(ENDS)]
        self.at, self.id, self.upn = 0, None, None
        self.facts, self.unsure = dict(FIRST), None
        self.link, self.cookies, self.refresh, self.access, self.code = None, None, None, None, None
        self.dead, self.buried, self.spent, self.assignment = [], [], [], None
        self.refreshing = None
        self.touched = True

    @property
    def address(self):
        return self.new if self.facts["resets"] else self.old

    @property
    def is_done(self):
        return self.at >= len(self.steps)


class Client:
    """Walks guests through their lives on one connection."""

    def __init__(self, life):
        self.life, self.server = life, life.server
        self.http = Http(life.server)

    def run(self, guest, stopping):
        """As many steps as there is time for."""
        while not guest.is_done and not stopping.is_set():
            step = guest.steps[guest.at]
            guest.touched = True
            try:
                getattr(self, step)(guest)
            except Later:
                self.life.count("told to come back")
                stopping.wait(0.2)
                continue
            except Stuck:
                self.life.count("guests given up")
                guest.at = len(guest.steps)
                return
            guest.at += 1

    # Writes.

    def write(self, guest, step, method, path, body, expected, **change):
        """One write of the directory API; it counts once it is answered."""
        want = {**guest.facts, **change}
        guest.unsure = (step, want)
        answer = self.http.json(method, path, self.life.token, body)
        self.came_back(answer, guest)
        if answer.status != expected:
            self.life.wrong("unexpected", f"{step} of {guest.name} was answered with {answer}")
            guest.unsure = None
            raise Stuck
        self.acknowledged(guest, step, want)
        return answer

    def came_back(self, answer, guest):
        """The server promises that a request refused like this changed nothing, where it can know."""
        if answer.status >= 500 and not self.life.certain:
            self.life.count("answers 5xx")
            raise Unsure
        if answer.status in (429, 503):
            if answer.status == 503:
                self.life.count("answers 503")
                if not any(name == "retry-after" for name, _ in answer.headers):
                    self.life.wrong("unexpected", f"503 without Retry-After for {guest.name}: {answer}")
            guest.unsure = None
            raise Later

    def acknowledged(self, guest, step, want):
        guest.facts, guest.unsure = want, None
        self.life.journal(guest, step)

    def invitation(self, guest, address, send, **more):
        base = self.server.base
        return {
            "invitedUserEmailAddress": address, "invitedUserDisplayName": guest.name, "sendInvitationMessage": send,
            "inviteRedirectUrl": self.server.setting("HOSPES_SAMPLE_APP_URL") or base, **more,
        }  # fmt: skip

    def invite(self, guest):
        send = guest.number % 2 == 0
        body = self.invitation(guest, guest.old, send)
        invites = guest.facts["invites"] + 1
        answer = self.write(guest, "invite", "POST", "/v1.0/invitations", body, 201,
                            exists=True, mail=guest.old, invites=invites)  # fmt: skip
        self.invited(guest, answer)

    def invited(self, guest, answer):
        body = answer.json
        if guest.link:
            guest.dead.append(("link", guest.link))
        guest.link = body["inviteRedeemUrl"]
        if guest.id not in (None, body["invitedUser"]["id"]):
            self.life.wrong("torn", f"{guest.name} got another object id: {guest.id}, {body['invitedUser']['id']}")
        guest.id = body["invitedUser"]["id"]

    def read_mail(self, guest):
        """The mail says the same link as the answer did, or an older one; the mailbox dies with the server."""
        if guest.number % 2 or guest.link is None:
            return
        mail = self.mail(guest.old, lambda subject: "invite" in subject)
        if mail is None:
            return
        links = [word for word in mail["text"].split() if word.startswith(f"{self.server.base}/redeem?")]
        known = [guest.link, *(secret for kind, secret in guest.dead + guest.buried if kind == "link")]
        if not links or links[0] not in known:
            self.life.wrong("unexpected", f"the mail to {guest.old} holds a link that no answer held")

    def join(self, guest):
        group = self.server.setting("HOSPES_GROUP_ID")
        body = {"@odata.id": f"{self.server.base}/v1.0/directoryObjects/{guest.id}"}
        self.write(guest, "join", "POST", f"/v1.0/groups/{group}/members/$ref", body, 204,
                   member=True, joined=guest.facts["joined"] + 1)  # fmt: skip

    def assign(self, guest):
        body = {"principalId": guest.id, "resourceId": self.life.resource, "appRoleId": APP_ROLE}
        answer = self.write(guest, "assign", "POST", f"/v1.0/users/{guest.id}/appRoleAssignments", body, 201,
                            role=True, assigned=guest.facts["assigned"] + 1)  # fmt: skip
        guest.assignment = answer.json["id"]

    def move(self, guest):
        self.write(guest, "move", "PATCH", f"/v1.0/users/{guest.id}", {"mail": guest.new}, 204,
                   mail=guest.new, patches=guest.facts["patches"] + 1)  # fmt: skip

    def reset(self, guest):
        if guest.cookies and not guest.code:
            self.hold_code(guest)
        send = guest.number % 3 != 0
        body = self.invitation(guest, guest.new, send, invitedUser={"id": guest.id}, resetRedemption=True)
        answer = self.write(guest, "reset", "POST", "/v1.0/invitations", body, 201,
                            accepted=False, resets=guest.facts["resets"] + 1)  # fmt: skip
        self.invited(guest, answer)
        self.everything_is_dead(guest)

    @staticmethod
    def everything_is_dead(guest):
        """From the commit of a reset: session, refresh token, code, access token (I3)."""
        for kind, secret in [("session", guest.cookies), ("refresh", guest.refresh), ("code", guest.code),
                             ("access", guest.access)]:  # fmt: skip
            if secret:
                guest.dead.append((kind, secret))
        guest.dead += [("refresh", token) for token in guest.spent]
        guest.spent.clear()
        guest.cookies = guest.refresh = guest.code = guest.access = None

    def leave(self, guest):
        group = self.server.setting("HOSPES_GROUP_ID")
        self.write(guest, "leave", "DELETE", f"/v1.0/groups/{group}/members/{guest.id}/$ref", None, 204,
                   member=False, left=guest.facts["left"] + 1)  # fmt: skip

    def unassign(self, guest):
        if guest.assignment is None:
            found = self.http.json("GET", f"/v1.0/users/{guest.id}/appRoleAssignments", self.life.token)
            self.came_back(found, guest)
            guest.assignment = found.json["value"][0]["id"]
        path = f"/v1.0/users/{guest.id}/appRoleAssignments/{guest.assignment}"
        self.write(guest, "unassign", "DELETE", path, None, 204,
                   role=False, unassigned=guest.facts["unassigned"] + 1)  # fmt: skip

    def delete(self, guest):
        self.write(guest, "delete", "DELETE", f"/v1.0/users/{guest.id}", None, 204,
                   deleted=True, deletes=guest.facts["deletes"] + 1)  # fmt: skip
        self.everything_is_dead(guest)

    # Pages.

    def redeem(self, guest):
        if guest.link is None:  # the answer with the link was lost, so somebody invites again
            self.again(guest)
        browser = Browser(self.http)
        mark = self.newest_mail()
        page = browser.open(guest.link)
        want = {**guest.facts, "accepted": True, "redeems": guest.facts["redeems"] + 1}
        guest.unsure = ("redeem", want)
        try:
            page = self.walk(guest, browser, page, mark, until="You are a guest of")
        except (Later, Stuck):
            guest.unsure = None
            raise
        if isinstance(page, Away) or "You are a guest of" not in page.heading:
            guest.unsure = None
            self.life.wrong("unexpected", f"{guest.name} did not get in, but saw {page}")
            raise Stuck
        guest.cookies = dict(browser.cookies)
        self.acknowledged(guest, "redeem", want)
        guest.dead.append(("link", guest.link))
        guest.link = None

    def again(self, guest):
        """A second invitation of somebody who waits, or a second reset: the same guest, a newer link."""
        if guest.facts["resets"]:
            self.reset(guest)
            return
        body = self.invitation(guest, guest.old, False)
        answer = self.write(guest, "invite again", "POST", "/v1.0/invitations", body, 201,
                            invites=guest.facts["invites"] + 1)  # fmt: skip
        self.invited(guest, answer)

    def walk(self, guest, browser, page, mark, until):
        """What a person with a mailbox does on the pages."""
        named, typed = False, False
        for _ in range(16):
            if isinstance(page, Away) or until in page.heading:
                return page
            if page.status >= 500 and not self.life.certain:
                raise Unsure
            if page.status in (429, 503):
                self.life.count("pages 503" if page.status == 503 else "pages 429")
                raise Stuck if page.status == 429 else Later
            form = page.form_with("code")
            if form is not None:
                if typed:
                    raise Stuck
                typed = True
                code = self.code(guest.address, mark)
                if code is None:
                    raise Later
                page = browser.submit(page, form, code=code)
                continue
            form = page.form_with("address")
            if form is not None and not named:
                named = True
                page = browser.submit(page, form, address=guest.address)
                continue
            form = page.wanted_form()
            if form is None and "Prove your mailbox" in page.heading:
                raise Stuck  # no more codes for this address in this hour
            if form is None or page.status >= 400:
                return page
            page = browser.submit(page, form)
        return page

    def authorize(self, guest):
        """Signs in at the command-line client; the code and its verifier."""
        verifier, challenge = pkce()
        browser = Browser(self.http, guest.cookies)
        mark = self.newest_mail()
        alive = bool(guest.cookies)
        page = browser.open(authorize_url(self.server, challenge, guest.name))
        if alive and not isinstance(page, Away) and page.form_with("address") is not None:
            self.life.wrong("lost", f"the session of {guest.name} is gone")
        page = self.walk(guest, browser, page, mark, until="\0")
        if not isinstance(page, Away) or "code" not in page.parameters():
            shown = page.url if isinstance(page, Away) else page
            self.life.wrong("unexpected", f"{guest.name} was not signed in, but saw {shown}")
            raise Stuck
        guest.cookies = dict(browser.cookies)
        return page.parameters()["code"], verifier

    def hold_code(self, guest):
        """A sign-in that has not come to its end: its code must die with the reset."""
        guest.code = self.authorize(guest)

    def sign_in(self, guest):
        code, verifier = self.authorize(guest)
        answer = tokens(self.http, code_form(code, verifier))
        self.came_back(answer, guest)
        if answer.status != 200:
            self.life.wrong("unexpected", f"the code of {guest.name} was answered with {answer}")
            raise Stuck
        guest.access, guest.refresh = answer.json["access_token"], answer.json["refresh_token"]
        self.life.journal(guest, "sign in")

    def refresh(self, guest):
        """A lost answer is asked for again with the same token, as clients do; asked soon enough, it must be given."""
        if guest.refresh is None:
            self.sign_in(guest)
        since = guest.refreshing
        guest.refreshing = since or time.monotonic()
        answer = tokens(self.http, refresh_form(guest.refresh))
        try:
            self.came_back(answer, guest)
        except Later:
            guest.refreshing = since  # nothing happened
            raise
        if answer.status != 200:
            if since is None or time.monotonic() - since < RETRY:
                self.life.wrong("lost", f"the refresh token of {guest.name} was answered with {answer}")
            guest.refresh, guest.refreshing = None, None
            return
        guest.refreshing = None
        # Shown again before the reset it would end the whole family, as it must.
        guest.spent.append(guest.refresh)
        guest.refresh, guest.access = answer.json["refresh_token"], answer.json["access_token"]
        self.life.journal(guest, "refresh")

    # Mail.

    def newest_mail(self):
        mails = self.http.ask("GET", "/dev/mail").json["value"]
        return max([0, *(int(mail["id"]) for mail in mails)])

    def mail(self, address, wanted, after=0):
        """The newest mail to an address; none if it does not come in time."""
        end = time.monotonic() + MAIL_PATIENCE
        while time.monotonic() < end:
            for mail in self.http.ask("GET", f"/dev/mail?to={address}").json["value"]:
                if int(mail["id"]) > after and wanted(mail["subject"]):
                    return self.http.ask("GET", f"/dev/mail/{mail['id']}").json
            if self.life.stopping.is_set():
                break
            time.sleep(0.01)
        return None

    def code(self, address, mark):
        mail = self.mail(address, lambda subject: subject.startswith("Your code"), mark)
        for line in mail["text"].splitlines() if mail else []:
            digits = line.replace(" ", "")
            if len(digits) == 8 and digits.isdigit():
                return digits
        return None


def code_form(code, verifier):
    """The exchange of a code."""
    return {"grant_type": "authorization_code", "client_id": CLI, "code": code, "redirect_uri": NATIVE,
            "code_verifier": verifier}  # fmt: skip


def refresh_form(token):
    """The exchange of a refresh token."""
    return {"grant_type": "refresh_token", "client_id": CLI, "refresh_token": token}


def journal_line(guest, step):
    """What stands in the journal: enough to tell what was promised."""
    return json.dumps({"guest": guest.name, "id": guest.id, "step": step, "facts": guest.facts})
