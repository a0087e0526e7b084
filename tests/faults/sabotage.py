"""The judge proves that it is not blind: what lives counts as alive, and commits that were lost or torn by hand are seen.

Refuses to judge the program: what is wrong here is the judge.
"""

import sqlite3
import threading

import judge
from copies import Case
from script import Client, Guest


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
    f"DELETE FROM sign_in_addresses WHERE user_id = {ONE_GUEST}",
    f"UPDATE sign_in_addresses SET state = 'waiting' WHERE user_id = {ONE_GUEST}",
    f"UPDATE users SET mail = 'somebody@else.test' WHERE id = {ONE_GUEST}",
    f"UPDATE users SET external_user_state = 'PendingAcceptance' WHERE id = {ONE_GUEST}",
    f"UPDATE invitations SET state = 'superseded' WHERE state = 'used' AND user_id = {ONE_GUEST}",
    f"UPDATE users SET upn = 'x' || upn WHERE id = {ONE_GUEST}",
    "UPDATE users SET deleted_at = NULL WHERE id = (SELECT id FROM users WHERE deleted_at IS NOT NULL LIMIT 1)",
    "DELETE FROM jobs WHERE rowid = (SELECT max(rowid) FROM jobs WHERE kind = 'invitation')",
    "UPDATE jobs SET state = 'lost' WHERE rowid = (SELECT max(rowid) FROM jobs)",
]


def the_judge_sees_mails(life, source):
    """To a mailbox in which nothing arrived, every mail is lost."""
    case = Case(life, source, "mails")
    if not any(not came for _, _, came in judge.sent_since(life.engine, case.server, 0, [])):
        life.wrong("unexpected", "the judge does not notice that no mail came")
    case.end()


def the_judge_sees_rows(life, source):
    """Each of these is a commit that was lost or torn; a judge that does not notice is worth nothing."""
    case = Case(life, source, "no sabotage")
    for _, sentence in case.complaints():
        life.wrong("unexpected", f"the judge complains about a copy that nobody touched: {sentence}")
    case.end()
    for number, sabotage in enumerate(SABOTAGE):
        case = Case(life, source, f"sabotage {number}")
        connection = sqlite3.connect(case.file)
        changed = connection.execute(sabotage).rowcount
        connection.commit()
        connection.close()
        # Without a start: the program itself has nothing to say about it.
        if not changed:
            life.count("sabotage without a row to change")
        elif case.complaints():
            life.count("sabotage seen by the judge")
        else:
            life.wrong("unexpected", f"the judge does not notice: {sabotage}")
        case.end()
