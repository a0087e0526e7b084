"""What changed since, through both Graph SDKs: delta queries for users and groups."""

from graph import each_sdk
from suite import BASE, same, true


async def rest(builder, page):
    """What this page and those after it hold, and the link for the next round."""
    seen = list(page.value)
    while page.odata_next_link:
        page = await builder.with_url(page.odata_next_link).get()
        seen.extend(page.value)
    true(page.odata_delta_link.startswith(f"{BASE}/"), f"delta link: {page.odata_delta_link}")
    return seen, page.odata_delta_link


@each_sdk
async def users_delta(sdk):
    """users.delta: everybody, then who was invited, changed and deleted since"""
    graph = sdk.client()
    delta = graph.users.delta
    gone = (await sdk.invited(graph, "dag")).invited_user.id
    query = sdk.asking("users.delta", "DeltaRequestBuilder", select=["displayName", "jobTitle", "externalUserState"])
    everybody, link = await rest(delta, await delta.get(query))
    true(gone in [user.id for user in everybody], "the first round misses somebody")
    nothing, link = await rest(delta, await delta.with_url(link).get())
    same(nothing, [], "a round in which nothing happened")
    new = (await sdk.invited(graph, "dora")).invited_user.id
    await graph.users.by_user_id(new).patch(sdk.User(job_title="Auditor"))
    await graph.users.by_user_id(gone).delete()
    changed, _ = await rest(delta, await delta.with_url(link).get())
    found = {user.id: user for user in changed}
    same(set(found), {new, gone}, "who changed")
    told = found[new]
    same((told.display_name, told.job_title, told.external_user_state), (f"{sdk.run} dora", "Auditor", "PendingAcceptance"))
    same(found[gone].additional_data["@removed"], {"reason": "changed"}, "who was deleted")


@each_sdk
async def groups_delta(sdk):
    """groups.delta: who came to a group and who left it"""
    graph = sdk.client()
    delta = graph.groups.delta
    made = await graph.groups.post(
        sdk.Group(
            display_name=f"{sdk.run} Followed",
            mail_nickname=f"{sdk.run.replace('.', '-')}-followed",
            mail_enabled=False,
            security_enabled=True,
        )
    )
    _, link = await rest(delta, await delta.get())
    guest = (await sdk.invited(graph, "gus")).invited_user.id
    members = graph.groups.by_group_id(made.id).members
    await members.ref.post(sdk.ReferenceCreate(odata_id=f"{BASE}/{sdk.version}/directoryObjects/{guest}"))
    changed, link = await rest(delta, await delta.with_url(link).get())
    same([group.id for group in changed], [made.id], "groups that changed")
    came = [(str(member["id"]), member["@odata.type"]) for member in changed[0].additional_data["members@delta"]]
    same(came, [(guest, "#microsoft.graph.user")], "who came")
    await members.by_directory_object_id(guest).ref.delete()
    changed, _ = await rest(delta, await delta.with_url(link).get())
    left = [(str(member["id"]), member["@removed"]) for member in changed[0].additional_data["members@delta"]]
    same(left, [(guest, {"reason": "deleted"})], "who left")
