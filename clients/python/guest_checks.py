"""Guests through both Graph SDKs: inviting, finding, changing, deleting, and the reset."""

import asyncio
import datetime
import time

import requests
from msgraph_core.tasks.page_iterator import PageIterator

from graph import NOBODY, RUN, SDKS, each_sdk
from suite import BASE, check, same, setting, true

MISMATCH = (
    "The email you\N{RIGHT SINGLE QUOTATION MARK}re using to invite this user doesn\N{RIGHT SINGLE QUOTATION MARK}t "
    "match any emails on the user object. Please add this email to the user object and try again."
)


async def mails_to(recipient):
    """The mails that the catcher has for this address, after waiting for the first."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        found = requests.get(setting("MAILBOX_URL"), params={"to": recipient}, timeout=30).json()["value"]
        if found:
            return found
        await asyncio.sleep(0.1)
    raise AssertionError(f"no mail to {recipient} after ten seconds")


@each_sdk
async def invite(sdk):
    """invitations.post with message, copy and language; the guest waits, the mail is sent"""
    guest, copy = sdk.address("ana"), sdk.address("copy", "fabrikam.test")
    answer = await sdk.client().invitations.post(
        sdk.Invitation(
            invited_user_email_address=guest,
            invited_user_display_name="Ana Silva",
            invite_redirect_url="https://myapps.microsoft.com?tenantId=",
            send_invitation_message=True,
            invited_user_message_info=sdk.InvitedUserMessageInfo(
                message_language="en-US",
                customized_message_body="Welcome to the supplier portal.",
                cc_recipients=[sdk.Recipient(email_address=sdk.EmailAddress(name="Copy", address=copy))],
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


@each_sdk
async def invite_again(sdk):
    """inviting a waiting guest again keeps the object and makes another link"""
    graph = sdk.client()
    first, again = [await sdk.invited(graph, "bea") for _ in range(2)]
    same(again.invited_user.id, first.invited_user.id, "object id")
    true(again.invite_redeem_url != first.invite_redeem_url, "the link is the old one")


@each_sdk
async def find(sdk):
    """users.get with filter (eq, startsWith), select, top, orderby, count and search, and users.count"""
    graph = sdk.client()
    for name in ["find-cleo", "find-anna", "find-bert"]:
        await sdk.invited(graph, name)
    one = f"mail eq '{sdk.address('find-bert')}' and userType eq 'Guest'"
    found = (await graph.users.get(sdk.users(filter=one, select=["id", "mail"]))).value
    same([user.mail for user in found], [sdk.address("find-bert")])
    same(found[0].display_name, None, "a property that was not selected")
    ours = f"startsWith(mail,'{sdk.run}-find')"
    plain = (await graph.users.get(sdk.users(filter=ours))).value
    same(len({user.mail for user in plain}), 3, "startsWith")
    query = sdk.users(filter=ours, top=2, count=True, orderby=["displayName desc"])
    query.headers.add("ConsistencyLevel", "eventual")
    page = await graph.users.get(query)
    same([user.display_name for user in page.value], [f"{sdk.run} find-cleo", f"{sdk.run} find-bert"])
    same(page.odata_count, 3, "count")
    query = sdk.asking("users.count", "CountRequestBuilder", filter=ours)
    query.headers.add("ConsistencyLevel", "eventual")
    same(await graph.users.count.get(query), 3, "users.count")
    query = sdk.users(search=f'"displayName:{sdk.run} anna"', select=["displayName"])
    query.headers.add("ConsistencyLevel", "eventual")
    same([user.display_name for user in (await graph.users.get(query)).value], [f"{sdk.run} find-anna"], "search")


@each_sdk
async def pages(sdk):
    """paging over nextLink, by with_url and by the SDK's PageIterator"""
    graph = sdk.client()
    ids = {(await sdk.invited(graph, f"page{number}")).invited_user.id for number in range(5)}
    query = sdk.users(filter=f"startsWith(mail,'{sdk.run}-page')", select=["id"], top=2)
    page = first = await graph.users.get(query)
    seen = []
    while True:
        seen.extend(user.id for user in page.value)
        if page.odata_next_link is None:
            break
        true(page.odata_next_link.startswith(f"{BASE}/{sdk.version}/users?"), page.odata_next_link)
        page = await graph.users.with_url(page.odata_next_link).get()
    same((len(seen), set(seen)), (5, ids), "guests, each once")
    iterated = []

    def take(user):
        iterated.append(user.id)
        return True

    await PageIterator(first, graph.request_adapter).iterate(take)
    same(iterated, seen, "what PageIterator saw")


@each_sdk
async def read_change_delete(sdk):
    """users.by_user_id by id and by #EXT# name, users_with_user_principal_name: get, patch, delete, 404 afterwards"""
    graph = sdk.client()
    began = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=1)
    guest = (await sdk.invited(graph, "kim")).invited_user.id
    by_id = await graph.users.by_user_id(guest).get(
        sdk.one_user("id", "userPrincipalName", "userType", "creationType", "externalUserState", "createdDateTime")
    )
    name = by_id.user_principal_name
    same(name, sdk.address("kim").replace("@", "_") + "#EXT#@fabrikam.test", "userPrincipalName")
    same((by_id.user_type, by_id.creation_type), ("Guest", "Invitation"))
    same(by_id.external_user_state, "PendingAcceptance")
    true(began < by_id.created_date_time < began + datetime.timedelta(hours=1), f"createdDateTime {by_id.created_date_time}")
    same((await graph.users.by_user_id(name).get()).id, guest, "by name")
    same((await graph.users_with_user_principal_name(name).get()).id, guest, "by name as another key")
    await graph.users.by_user_id(name).patch(sdk.User(job_title="Auditor", other_mails=[sdk.address("kim2")]))
    changed = await graph.users.by_user_id(guest).get(sdk.one_user("jobTitle", "otherMails"))
    same((changed.job_title, changed.other_mails), ("Auditor", [sdk.address("kim2")]))
    await graph.users.by_user_id(guest).delete()
    for gone in [guest, name]:
        async with sdk.refused(404, "Request_ResourceNotFound"):
            await graph.users.by_user_id(gone).get()
    deleted = await graph.directory.deleted_items.graph_user.get()
    same([type(user) for user in deleted.value if user.id == guest], [sdk.User], "among what was deleted")
    restored = await graph.directory.deleted_items.by_directory_object_id(guest).restore.post()
    same((type(restored), restored.id), (sdk.User, guest), "restored")
    same((await graph.users.by_user_id(guest).get()).user_principal_name, name, "name after it was restored")


@each_sdk
async def typed_errors(sdk):
    """an unknown user, a malformed filter and an unknown property are ODataErrors with the original's words"""
    text = f"Resource '{NOBODY}' does not exist or one of its queried reference-property objects are not present."
    async with sdk.refused(404, "Request_ResourceNotFound", text):
        await sdk.client().users.by_user_id(NOBODY).get()
    for query in [sdk.users(filter="mail eq"), sdk.users(select=["shoeSize"])]:
        async with sdk.refused(400, "BadRequest"):
            await sdk.client().users.get(query)


def reset_of(sdk, guest, mail, **other):
    """The request that resets this guest for this address."""
    return sdk.Invitation(
        invited_user_email_address=mail,
        invite_redirect_url="https://myapps.microsoft.com?tenantId=",
        invited_user=sdk.User(id=guest),
        reset_redemption=True,
        send_invitation_message=True,
        **other,
    )


@each_sdk
async def reset(sdk):
    """reset_redemption refuses a foreign address in the exact words; after patch(mail) it keeps id and name"""
    graph = sdk.client()
    new = sdk.address("sam", "northwind.test")
    guest = (await sdk.invited(graph, "sam")).invited_user.id
    before = await graph.users.by_user_id(guest).get()
    async with sdk.refused(400, "BadRequest", MISMATCH):
        await graph.invitations.post(reset_of(sdk, guest, new))
    await graph.users.by_user_id(guest).patch(sdk.User(mail=new))
    answer = await graph.invitations.post(reset_of(sdk, guest, new))
    same((answer.status, answer.reset_redemption), ("PendingAcceptance", True))
    same(answer.invited_user.id, guest, "object id in the answer")
    same(answer.invited_user.user_principal_name, before.user_principal_name, "name in the answer")
    after = await graph.users.by_user_id(guest).get(
        sdk.one_user("id", "userPrincipalName", "mail", "externalUserState", "externalUserStateChangeDateTime")
    )
    same((after.id, after.user_principal_name), (guest, before.user_principal_name), "id and name")
    same((after.mail, after.external_user_state), (new, "PendingAcceptance"))
    true(after.external_user_state_change_date_time, "no time of the change")
    same(len(await mails_to(new)), 1, "mails to the new address")


@each_sdk
async def reset_needs_a_user(sdk):
    """reset_redemption without invited_user, and with an unknown one, is refused"""
    request = reset_of(sdk, NOBODY, sdk.address("lost"))
    async with sdk.refused(404, "Request_ResourceNotFound"):
        await sdk.client().invitations.post(request)
    request.invited_user = None
    async with sdk.refused(400, "BadRequest"):
        await sdk.client().invitations.post(request)


@check
async def convert():
    """msgraph-beta-sdk: convert_external_to_internal_member_user makes a guest a member with a name of the organisation"""
    sdk = SDKS[1]
    graph = sdk.client()
    guest = graph.users.by_user_id((await sdk.invited(graph, "carla")).invited_user.id)
    name = f"{RUN}-carla@fabrikam.test"
    await guest.convert_external_to_internal_member_user.post(
        sdk.body(
            "users.item.convert_external_to_internal_member_user",
            "ConvertExternalToInternalMemberUserPostRequestBody",
            user_principal_name=name,
            password_profile=sdk.PasswordProfile(password=f"{RUN} seven lanterns", force_change_password_next_sign_in=True),
        )
    )
    now = await guest.get(sdk.one_user("userPrincipalName", "userType", "externalUserState"))
    same((now.user_principal_name, now.user_type, now.external_user_state), (name, "Member", None))
