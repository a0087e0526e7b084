"""Guests through the Graph SDK: inviting, finding, changing, deleting, and the reset."""

import asyncio
import time

import requests
from msgraph.generated.models.email_address import EmailAddress
from msgraph.generated.models.invitation import Invitation
from msgraph.generated.models.invited_user_message_info import InvitedUserMessageInfo
from msgraph.generated.models.recipient import Recipient
from msgraph.generated.models.user import User
from msgraph.generated.users.count.count_request_builder import CountRequestBuilder
from msgraph.generated.users.users_request_builder import UsersRequestBuilder
from msgraph.generated.users.item.user_item_request_builder import UserItemRequestBuilder
from msgraph_core.tasks.page_iterator import PageIterator

from graph import RUN, address, asking, client, invited, refused
from suite import BASE, check, same, setting, true

MANY = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters
COUNT = CountRequestBuilder.CountRequestBuilderGetQueryParameters
ONE = UserItemRequestBuilder.UserItemRequestBuilderGetQueryParameters
MISMATCH = (
    "The email you\N{RIGHT SINGLE QUOTATION MARK}re using to invite this user doesn\N{RIGHT SINGLE QUOTATION MARK}t "
    "match any emails on the user object. Please add this email to the user object and try again."
)
NOBODY = "11111111-2222-4333-8444-555555555555"


async def mails_to(recipient):
    """The mails that the catcher has for this address, after waiting for the first."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        found = requests.get(setting("MAILBOX_URL"), params={"to": recipient}, timeout=30).json()["value"]
        if found:
            return found
        await asyncio.sleep(0.1)
    raise AssertionError(f"no mail to {recipient} after ten seconds")


@check
async def invite():
    """msgraph-sdk v1.0: invitations.post with message, copy and language; the guest waits, the mail is sent"""
    guest, copy = address("ana"), address("copy", "fabrikam.test")
    answer = await client().invitations.post(
        Invitation(
            invited_user_email_address=guest,
            invited_user_display_name="Ana Silva",
            invite_redirect_url="https://myapps.microsoft.com?tenantId=",
            send_invitation_message=True,
            invited_user_message_info=InvitedUserMessageInfo(
                message_language="en-US",
                customized_message_body="Welcome to the supplier portal.",
                cc_recipients=[Recipient(email_address=EmailAddress(name="Copy", address=copy))],
            ),
        )
    )
    same(answer.status, "PendingAcceptance", "status")
    same(answer.invited_user_email_address, guest)
    same(answer.invited_user_type, "Guest")
    true(answer.id and answer.invited_user.id, "no ids in the answer")
    true(answer.invite_redeem_url.startswith(f"{BASE}/redeem?"), answer.invite_redeem_url)
    same(len(await mails_to(guest)), 1, "mails to the guest")
    same(len(await mails_to(copy)), 1, "mails to the copy's address")


@check
async def invite_beta():
    """msgraph-sdk beta: the same request by base_url; inviting a waiting guest again keeps the object"""
    first = await invited(client("beta"), "bea")
    again = await invited(client("beta"), "bea")
    same(again.invited_user.id, first.invited_user.id, "object id")
    true(again.invite_redeem_url != first.invite_redeem_url, "the link is the old one")


@check
async def find():
    """msgraph-sdk: users.get with filter, select, top, orderby and count, and users.count"""
    graph = client()
    for name in ["find3", "find1", "find2"]:
        await invited(graph, name)
    one = f"mail eq '{address('find2')}' and userType eq 'Guest'"
    found = (await graph.users.get(asking(kind=MANY, filter=one, select=["id", "mail"]))).value
    same([user.mail for user in found], [address("find2")])
    same(found[0].display_name, None, "a property that was not selected")
    ours = f"startsWith(mail,'{RUN}-find')"
    query = asking(kind=MANY, filter=ours, top=2, count=True, orderby=["displayName desc"])
    query.headers.add("ConsistencyLevel", "eventual")
    page = await graph.users.get(query)
    same([user.display_name for user in page.value], [f"{RUN} find3", f"{RUN} find2"])
    same(page.odata_count, 3, "count")
    query = asking(kind=COUNT, filter=ours)
    query.headers.add("ConsistencyLevel", "eventual")
    same(await graph.users.count.get(query), 3, "users.count")


@check
async def pages():
    """msgraph-sdk: paging over nextLink, by with_url and by the SDK's PageIterator"""
    graph = client()
    ids = {(await invited(graph, f"page{number}")).invited_user.id for number in range(5)}
    query = asking(kind=MANY, filter=f"startsWith(mail,'{RUN}-page')", select=["id"], top=2)
    page = first = await graph.users.get(query)
    seen = []
    while True:
        seen.extend(user.id for user in page.value)
        if page.odata_next_link is None:
            break
        true(page.odata_next_link.startswith(f"{BASE}/v1.0/users?"), page.odata_next_link)
        page = await graph.users.with_url(page.odata_next_link).get()
    same((len(seen), set(seen)), (5, ids), "guests, each once")
    iterated = []

    def take(user):
        iterated.append(user.id)
        return True

    await PageIterator(first, graph.request_adapter).iterate(take)
    same(iterated, seen, "what PageIterator saw")


@check
async def read_change_delete():
    """msgraph-sdk: users.by_user_id by id and by #EXT# name: get, patch, delete, and 404 afterwards"""
    graph = client()
    guest = (await invited(graph, "kim")).invited_user.id
    by_id = await graph.users.by_user_id(guest).get(
        asking(kind=ONE, select=["id", "userPrincipalName", "mail", "userType", "creationType", "externalUserState"])
    )
    name = by_id.user_principal_name
    same(name, address("kim").replace("@", "_") + "#EXT#@fabrikam.test", "userPrincipalName")
    same((by_id.user_type, by_id.creation_type), ("Guest", "Invitation"))
    same(by_id.external_user_state, "PendingAcceptance")
    same((await graph.users.by_user_id(name).get()).id, guest, "by name")
    await graph.users.by_user_id(name).patch(User(job_title="Auditor", other_mails=[address("kim2")]))
    changed = await graph.users.by_user_id(guest).get(asking(kind=ONE, select=["jobTitle", "otherMails"]))
    same((changed.job_title, changed.other_mails), ("Auditor", [address("kim2")]))
    await graph.users.by_user_id(guest).delete()
    for gone in [guest, name]:
        async with refused(404, "Request_ResourceNotFound"):
            await graph.users.by_user_id(gone).get()


@check
async def unknown_user():
    """msgraph-sdk: an unknown user is an ODataError 404 with the original's text"""
    text = f"Resource '{NOBODY}' does not exist or one of its queried reference-property objects are not present."
    async with refused(404, "Request_ResourceNotFound", text):
        await client().users.by_user_id(NOBODY).get()


@check
async def unsupported():
    """msgraph-sdk: a malformed filter and an unknown property are ODataErrors 400"""
    for query in [asking(kind=MANY, filter="mail eq"), asking(kind=MANY, select=["shoeSize"])]:
        async with refused(400, "BadRequest"):
            await client().users.get(query)


def reset_of(guest, mail, **other):
    """The request that resets this guest for this address."""
    return Invitation(
        invited_user_email_address=mail,
        invite_redirect_url="https://myapps.microsoft.com?tenantId=",
        invited_user=User(id=guest),
        reset_redemption=True,
        send_invitation_message=True,
        **other,
    )


async def reset_at(version):
    """A guest's new address, once refused and once taken."""
    graph = client(version)
    new = address(f"sam-{version}", "northwind.test")
    guest = (await invited(graph, f"sam-{version}")).invited_user.id
    before = await graph.users.by_user_id(guest).get()
    async with refused(400, "BadRequest", MISMATCH):
        await graph.invitations.post(reset_of(guest, new))
    await graph.users.by_user_id(guest).patch(User(mail=new))
    answer = await graph.invitations.post(reset_of(guest, new))
    same((answer.status, answer.reset_redemption), ("PendingAcceptance", True))
    same(answer.invited_user.id, guest, "object id in the answer")
    same(answer.invited_user.user_principal_name, before.user_principal_name, "name in the answer")
    after = await graph.users.by_user_id(guest).get(
        asking(kind=ONE, select=["id", "userPrincipalName", "mail", "externalUserState"])
    )
    same((after.id, after.user_principal_name), (guest, before.user_principal_name), "id and name")
    same((after.mail, after.external_user_state), (new, "PendingAcceptance"))
    same(len(await mails_to(new)), 1, "mails to the new address")


@check
async def reset():
    """msgraph-sdk v1.0: reset_redemption refuses a foreign address in the exact words, then keeps id and name"""
    await reset_at("v1.0")


@check
async def reset_beta():
    """msgraph-sdk beta: the same"""
    await reset_at("beta")


@check
async def reset_needs_a_user():
    """msgraph-sdk: reset_redemption without invited_user, and with an unknown one, is refused"""
    request = reset_of(NOBODY, address("lost"))
    async with refused(404, "Request_ResourceNotFound"):
        await client().invitations.post(request)
    request.invited_user = None
    async with refused(400, "BadRequest"):
        await client().invitations.post(request)
