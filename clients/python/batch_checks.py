"""Many requests at once, and waiting as told, through both Graph SDKs."""

import asyncio
import time

import httpx
from msgraph_core.requests.batch_request_builder import BatchRequestBuilder
from msgraph_core.requests.batch_request_content import BatchRequestContent
from msgraph_core.requests.batch_request_item import BatchRequestItem

from graph import CREDENTIAL, NOBODY, each_sdk
from suite import BASE, same, true


def item(information, name, *depends_on):
    """A request of the SDK as a part of a batch."""
    return BatchRequestItem(information, name, list(depends_on))


async def sent(graph, *items):
    """The answer to these requests in one batch."""
    content = BatchRequestContent()
    for part in items:
        content.add_request(part.id, part)
    # What `graph.batch` is, which the client of the beta does not have.
    return await BatchRequestBuilder(graph.request_adapter).post(batch_request_content=content)


@each_sdk
async def batch(sdk):
    """a batch of reads, a creation and a refusal; statuses, headers, and what came of it"""
    graph = sdk.client()
    guest = (await sdk.invited(graph, "bob")).invited_user.id
    body = sdk.Invitation(invited_user_email_address=sdk.address("ben"), invite_redirect_url=f"{BASE}/sample")
    answer = await sent(
        graph,
        item(graph.users.by_user_id(guest).to_get_request_information(), "one"),
        item(graph.users.by_user_id(NOBODY).to_get_request_information(), "none"),
        item(graph.users.to_get_request_information(), "list"),
        item(graph.invitations.to_post_request_information(body), "invite"),
    )
    same(answer.get_response_status_codes(), {"one": 200, "none": 404, "list": 200, "invite": 201}, "statuses")
    # This version of the SDK reads no JSON body of a part, of whatever server; what was done is read back.
    made = answer.get_response_by_id("invite").headers["Location"]
    true(made.startswith(f"{BASE}/{sdk.version}/invitations/"), f"Location: {made}")
    found = await graph.users.get(sdk.users(filter=f"mail eq '{sdk.address('ben')}'"))
    same([user.mail for user in found.value], [sdk.address("ben")], "who was invited by the batch")


@each_sdk
async def batch_in_order(sdk):
    """a batch of a client that has listed something before, and whose parts wait for each other"""
    graph = sdk.client()
    await graph.users.get()
    guest = (await sdk.invited(graph, "ilse")).invited_user.id
    user = graph.users.by_user_id(guest)
    answer = await sent(
        graph,
        item(user.to_patch_request_information(sdk.User(job_title="Auditor")), "change"),
        item(graph.users.by_user_id(NOBODY).to_get_request_information(), "none", "change"),
        item(graph.organization.to_get_request_information(), "after", "none"),
    )
    same(answer.get_response_status_codes(), {"change": 204, "none": 404, "after": 424}, "statuses")
    same((await user.get()).job_title, "Auditor", "what the batch changed")


@each_sdk
async def patience(sdk):
    """what is refused with 429 is asked again after Retry-After (wants hospes dev --throttling)"""
    token = CREDENTIAL.get_token(f"{BASE}/.default").token
    async with httpx.AsyncClient(headers={"authorization": f"Bearer {token}"}) as plain:
        for _ in range(7):
            answer = await plain.get(f"{BASE}/{sdk.version}/auditLogs/directoryAudits?$top=1")
            if answer.status_code == 429:
                break
    same(answer.status_code, 429, "status (is the server started with --throttling?)")
    wait = int(answer.headers["retry-after"])
    true(0 < wait <= 10, f"Retry-After: {wait}")
    begun = time.monotonic()
    log = await asyncio.wait_for(sdk.client().audit_logs.directory_audits.get(), 60)
    true(log.value, "the log is empty")
    true(time.monotonic() - begun > 0.9, "the SDK did not wait")
