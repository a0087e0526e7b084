"""Judges a directory after a restart: what the engine says of itself, what must hold of all rows, what was promised.

Three verdicts: `lost` (acknowledged, and not there), `torn` (neither wholly there nor wholly absent), `duplicate`.
Refuses to mend anything, and to look away from a row because it does not know whose it is.
"""

import json
from collections import Counter, defaultdict

from client import Away, Browser, authorize_url, pkce, tokens
from engines import plain
from script import code_form, refresh_form

QUESTIONS = [
    ("users", "id, upn, mail, external_user_state, deleted_at, user_type"),
    ("bindings", "user_id, issuer, subject, ended_at, sign_in_name"),
    ("invitations", "id, user_id, kind, state, send_message, used_at"),
    ("group_members", "group_id, member_id"),
    ("app_role_assignments", "principal_id, resource_id"),
    ("audit", "activity, target_id, details"),
    ("jobs", "id, kind, data, state, ended_at"),
    ("sign_in_addresses", "user_id, address, state"),
    ("passcodes", "id"),
]
AUDITED = {
    "Invite external user": "invites",
    "Invite external user with reset invitation status": "resets",
    "Redeem external user invite": "redeems",
    "Update user": "patches",
    "Delete user": "deletes",
    "Add member to group": "joined",
    "Remove member from group": "left",
    "Add app role assignment grant to user": "assigned",
    "Remove app role assignment from user": "unassigned",
}


class Rows:
    """The tables that matter, read at one moment, by user."""

    def __init__(self, engine, server):
        questions = [(f"{table} WHERE result = 'success'" if table == "audit" else table, columns) for table, columns in QUESTIONS]
        tables = dict(zip((table for table, _ in QUESTIONS), engine.rows(server, questions), strict=True))
        self.tables = tables
        self.users = {row[0]: row for row in tables["users"]}
        self.by_mail = {row[2]: row[0] for row in tables["users"] if row[2] and row[5] == "Guest"}
        self.counts = defaultdict(Counter)
        for activity, target, details in tables["audit"]:
            named = AUDITED.get(activity)
            if named in ("joined", "left"):
                target = plain(json.loads(details).get("member", ""))
            elif named in ("assigned", "unassigned"):
                target = plain(json.loads(details).get("principal", ""))
            if named:
                self.counts[target][named] += 1
        self.members = Counter(row[1] for row in tables["group_members"])
        self.roles = Counter(row[0] for row in tables["app_role_assignments"])

    def facts(self, user):
        """The same words in which the script says what must be so."""
        row = self.users.get(user)
        if row is None:
            absent = dict.fromkeys(AUDITED.values(), 0)
            return {"exists": False, "mail": None, "accepted": False, "member": False, "role": False, "deleted": False, **absent,
                    **self.counts.get(user, {})}  # fmt: skip
        counts = {named: self.counts[user][named] for named in AUDITED.values()}
        return {
            "exists": True, "mail": row[2], "accepted": row[3] == "Accepted", "member": self.members[user] == 1,
            "role": self.roles[user] == 1, "deleted": row[4] is not None, **counts,
        }  # fmt: skip


def everything(rows):
    """Complaints about rows that do not fit each other, whoever made them: (verdict, sentence)."""
    yield from _identities(rows)
    yield from _mails(rows)
    for user, row in rows.users.items():
        if row[5] != "Guest":
            continue
        counts = rows.counts[user]
        if counts["joined"] - counts["left"] != rows.members[user]:
            yield "torn", f"membership of {row[1]} and its audit records differ: {dict(counts)}"
        if counts["assigned"] - counts["unassigned"] != rows.roles[user]:
            yield "torn", f"app role of {row[1]} and its audit records differ: {dict(counts)}"
        if counts["deletes"] != int(row[4] is not None):
            yield "torn", f"deletion of {row[1]} and its audit records differ: {dict(counts)}"


def _identities(rows):
    """I2: one open binding a user and an identity; what was accepted, bound, used up and audited is the same."""
    bindings, open_identities, names, signs_in = Counter(), Counter(), defaultdict(list), defaultdict(list)
    for user, issuer, subject, ended, name in rows.tables["bindings"]:
        bindings[user] += 1
        if ended is None:
            names[user].append(name)
            open_identities[issuer, subject] += 1
    for user, address, state in rows.tables["sign_in_addresses"]:
        if state == "active":
            signs_in[user].append(address)
    for identity, number in open_identities.items():
        if number != 1:
            yield "torn", f"the identity {identity} is bound {number} times (I2)"
    used, made, open_invitations = Counter(), Counter(), Counter()
    for _, user, kind, state, _, used_at in rows.tables["invitations"]:
        made[user, kind] += 1
        used[user] += state == "used"
        open_invitations[user] += state == "open"
        if (state == "used") != (used_at is not None):
            yield "torn", f"an invitation of {user} is {state} at {used_at}"
    for user, row in rows.users.items():
        if row[5] != "Guest":
            continue
        counts, accepted = rows.counts[user], row[3] == "Accepted"
        gone = row[4] is not None
        if len(names[user]) != int(accepted and not gone) and not (gone and len(names[user]) <= 1):
            yield "torn", f"{row[1]} is {row[3]} with {len(names[user])} open bindings (I2)"
        # What a person types at a sign-in: added by a redemption, ended by a reset, freed by a deletion that keeps the
        # binding. Nobody here adds others through otherMails.
        if sorted(signs_in[user]) != ([] if gone else sorted(names[user])):
            yield "torn", f"{row[1]} signs in with {signs_in[user]} and is bound as {names[user]}"
        if not bindings[user] == used[user] == counts["redeems"]:
            yield "torn", (
                f"{row[1]} has {bindings[user]} bindings, {used[user]} used invitations and {counts['redeems']} audit records (I6)"
            )
        if made[user, "invite"] != counts["invites"] or made[user, "reset"] != counts["resets"]:
            yield "torn", f"{row[1]} has other invitations than audit records: {dict(counts)} (I6)"
        if open_invitations[user] > 1 or (accepted and open_invitations[user]):
            yield "torn", f"{row[1]} is {row[3]} with {open_invitations[user]} open invitations"


def _mails(rows):
    """I7: each mail that was asked for is queued once, and in a state that an administrator can see."""
    queued = Counter()
    for id, kind, data, state, ended in rows.tables["jobs"]:
        if state not in ("waiting", "done", "abandoned", "dropped"):
            yield "torn", f"the mail {id} is in the state {state}"
        if (state == "waiting") != (ended is None):
            yield "torn", f"the mail {id} is {state} and ended at {ended}"
        about = json.loads(data)
        if kind == "invitation":
            queued["invitation", plain(about["invitation"])] += 1
        elif kind == "passcode":
            queued["passcode", plain(about["passcode"])] += 1
    for id, user, _, _, send, _ in rows.tables["invitations"]:
        if queued["invitation", id] != int(bool(send)):
            yield "torn", f"the invitation {id} of {user} has {queued['invitation', id]} mails queued (I7)"
    for (id,) in rows.tables["passcodes"]:
        if queued["passcode", id] > 1:
            yield "torn", f"the code {id} has {queued['passcode', id]} mails queued (I7)"


def sent_since(engine, server, since, seen):
    """I7: (kind, id, whether it came) of each mail that was recorded as sent after `since`; `seen` are Message-IDs."""
    questions = [("jobs", "id, kind, data, state, ended_at"), ("invitations", "id, state"), ("passcodes", "id, state, expires_at")]
    jobs, invitations, passcodes = engine.rows(server, questions)
    invited = {id for id, state in invitations if state == "open"}
    codes = {id: expires for id, state, expires in passcodes if state == "open"}
    came = {plain(message.split("@")[0]) for message in seen}
    for id, kind, data, state, ended in jobs:
        if state != "done" or ended < since:
            continue
        about = json.loads(data)
        # What loses its point between its sending and now was sent all the same.
        if "invitation" in about and plain(about["invitation"]) not in invited:
            continue
        if "passcode" in about and codes.get(plain(about["passcode"]), 0) <= ended:
            continue
        yield kind, id, id in came


def promises(rows, guest):
    """Complaints about one guest: what was acknowledged is there, what was not is one or the other."""
    user = plain(guest.id) if guest.id else rows.by_mail.get(guest.old)
    actual = rows.facts(user)
    if guest.unsure is not None:
        step, want = guest.unsure
        guest.unsure = None
        if actual == want:
            yield "happened", step
            guest.facts = want
            return
        if actual == guest.facts:
            yield "did not happen", step
            return
        yield "torn", f"{step} of {guest.name}: {difference(guest.facts, actual)} where all of {difference(guest.facts, want)} or nothing was due"
        return
    if actual != guest.facts:
        yield "lost", f"{guest.name} ({guest.id}): {difference(guest.facts, actual)}"


def kept(rows, guest):
    """I4: name and id of a guest never change."""
    row = rows.users.get(plain(guest.id)) if guest.id else None
    if row is None:
        return
    if guest.upn is None:
        guest.upn = row[1]
    elif guest.upn != row[1]:
        yield "torn", f"the user principal name of {guest.name} was {guest.upn} and is {row[1]} (I4)"


def difference(before, after):
    """What differs, for a sentence."""
    names = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    return ", ".join(f"{name} {before.get(name)} -> {after.get(name)}" for name in names) or "nothing"


def over_the_api(http, token, guest):
    """What a client sees of a guest: the same as the rows say."""
    answer = http.json("GET", f"/v1.0/users/{guest.id}?$select=id,mail,userPrincipalName,externalUserState", token)
    if answer.status != (404 if guest.facts["deleted"] else 200):
        yield "lost", f"{guest.name} is answered with {answer}"
        return
    if guest.facts["deleted"]:
        return
    state = "Accepted" if guest.facts["accepted"] else "PendingAcceptance"
    seen = answer.json
    if (seen["mail"], seen["externalUserState"]) != (guest.facts["mail"], state):
        yield "lost", f"{guest.name} shows {seen}"


def dead_secrets(http, guest):
    """I3: nothing that was issued before the end works after it."""
    for kind, secret in guest.dead:
        if secret is not None and works(http, kind, secret):
            yield "torn", f"a {kind} of {guest.name} from before the end still works (I3)"


def works(http, kind, secret):
    """Whether something that was issued opens anything."""
    if kind == "refresh":
        return tokens(http, refresh_form(secret)).status == 200
    if kind == "code":
        return tokens(http, code_form(*secret)).status == 200
    if kind == "access":
        return http.json("GET", "/v1.0/me", secret).status != 401
    if kind == "session":
        page = Browser(http, secret).open(authorize_url(http.server, pkce()[1], "x", prompt="none"))
        return isinstance(page, Away) and "code" in page.parameters()
    page = Browser(http).open(secret)
    form = None if isinstance(page, Away) else page.wanted_form()
    return form is not None and page.status == 200 and "accept" in str(form).lower()
