"""Many requests at once, and waiting as told, through the Graph SDK."""

import asyncio
import time

import httpx
from msgraph.generated.models.invitation import Invitation
from msgraph.generated.users.users_request_builder import UsersRequestBuilder
from msgraph_core.requests.batch_request_content import BatchRequestContent
from msgraph_core.requests.batch_request_item import BatchRequestItem

from graph import CREDENTIAL, address, asking, client, invited
from suite import BASE, check, same, true


def item(information, name):
    """A request of the SDK as a part of a batch."""
    found = BatchRequestItem(information)
    found.id = name
    return found


async def sent(graph, *items):
    """The answer to these requests in one batch."""
    content = BatchRequestContent()
    for part in items:
        content.add_request(part.id, part)
    return await graph.batch.post(batch_request_content=content)


@check
async def batch():
    """msgraph-sdk: a batch of reads, a creation and a refusal; statuses, headers, and what came of it"""
    graph = client()
    guest = (await invited(graph, "bea")).invited_user.id
    nobody = "11111111-2222-4333-8444-555555555555"
    body = Invitation(invited_user_email_address=address("ben"), invite_redirect_url=f"{BASE}/sample")
    answer = await sent(
        graph,
        item(graph.users.by_user_id(guest).to_get_request_information(), "one"),
        item(graph.users.by_user_id(nobody).to_get_request_information(), "none"),
        item(graph.users.to_get_request_information(), "list"),
        item(graph.invitations.to_post_request_information(body), "invite"),
    )
    same(answer.get_response_status_codes(), {"one": 200, "none": 404, "list": 200, "invite": 201}, "statuses")
    # This version of the SDK reads no JSON body of a part, of whatever server; what was done is read back.
    made = answer.get_response_by_id("invite").headers["Location"]
    true(made.startswith(f"{BASE}/v1.0/invitations/"), f"Location: {made}")
    by_mail = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters
    found = await graph.users.get(asking(kind=by_mail, filter=f"mail eq '{address('ben')}'"))
    same([user.mail for user in found.value], [address("ben")], "who was invited by the batch")


@check
async def batch_after_a_list():
    """msgraph-sdk: a batch of a client that has listed something before"""
    graph = client()
    await graph.users.get()
    organization = item(graph.organization.to_get_request_information(), "organization")
    answer = await sent(graph, organization)
    same(answer.get_response_status_codes(), {"organization": 200}, "statuses")


@check
async def patience():
    """msgraph-sdk: what is refused with 429 is asked again after Retry-After (wants hospes dev --throttling)"""
    token = CREDENTIAL.get_token(f"{BASE}/.default").token
    async with httpx.AsyncClient(headers={"authorization": f"Bearer {token}"}) as plain:
        for _ in range(7):
            answer = await plain.get(f"{BASE}/v1.0/auditLogs/directoryAudits?$top=1")
            if answer.status_code == 429:
                break
    same(answer.status_code, 429, "status (is the server started with --throttling?)")
    wait = int(answer.headers["retry-after"])
    true(0 < wait <= 10, f"Retry-After: {wait}")
    begun = time.monotonic()
    log = await asyncio.wait_for(client().audit_logs.directory_audits.get(), 60)
    true(log.value, "the log is empty")
    true(time.monotonic() - begun > 0.9, "the SDK did not wait")
