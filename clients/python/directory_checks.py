"""Groups, memberships, app roles, directory roles and the organisation through both Graph SDKs."""

from uuid import UUID

from graph import each_sdk
from suite import BASE, TENANT, same, setting, true


def reference(sdk, identifier):
    """The link to an object, as `$ref` wants it."""
    return sdk.ReferenceCreate(odata_id=f"{BASE}/{sdk.version}/directoryObjects/{identifier}")


@each_sdk
async def groups(sdk):
    """groups: post, patch, get by filter, owners, delete; it is among deletedItems and comes back by restore"""
    graph = sdk.client()
    made = await graph.groups.post(
        sdk.Group(
            display_name=f"{sdk.run} Suppliers",
            mail_nickname=f"{sdk.run.replace('.', '-')}-suppliers",
            mail_enabled=False,
            security_enabled=True,
        )
    )
    group = graph.groups.by_group_id(made.id)
    await group.patch(sdk.Group(description="Who delivers"))
    by_name = sdk.asking("groups", "GroupsRequestBuilder", filter=f"displayName eq '{made.display_name}'")
    found = (await graph.groups.get(by_name)).value
    same([(item.id, item.description, item.group_types) for item in found], [(made.id, "Who delivers", [])])
    admin = await graph.users.by_user_id(setting("ADMIN_USER")).get()
    await group.owners.ref.post(reference(sdk, admin.id))
    owners = (await group.owners.get()).value
    true((sdk.User, admin.id) in [(type(item), item.id) for item in owners], f"owners: {owners}")
    await group.delete()
    async with sdk.refused(404, "Request_ResourceNotFound"):
        await group.get()
    deleted = (await graph.directory.deleted_items.graph_group.get()).value
    same([type(item) for item in deleted if item.id == made.id], [sdk.Group], "among what was deleted")
    await graph.directory.deleted_items.by_directory_object_id(made.id).restore.post()
    same((await group.get()).display_name, made.display_name, "name after it was restored")


@each_sdk
async def membership(sdk):
    """members.ref.post and delete, members and graph_user typed, memberOf, check_member_groups, get_by_ids"""
    graph = sdk.client()
    group = graph.groups.by_group_id(setting("GROUP_ID"))
    guest = (await sdk.invited(graph, "gil")).invited_user.id
    await group.members.ref.post(reference(sdk, guest))
    async with sdk.refused(400, "Request_BadRequest"):
        await group.members.ref.post(reference(sdk, guest))
    listed = {member.id: member for member in (await group.members.get()).value}
    same(type(listed.get(guest)), sdk.User, "type of the member")
    users = {user.id: user for user in (await group.members.graph_user.get()).value}
    same(users[guest].mail, sdk.address("gil"), "mail of the member")
    of = (await graph.users.by_user_id(guest).member_of.get()).value
    same([(type(item), item.id) for item in of], [(sdk.Group, setting("GROUP_ID"))], "memberOf")
    narrowed = (await graph.users.by_user_id(guest).transitive_member_of.graph_group.get()).value
    same([item.id for item in narrowed], [setting("GROUP_ID")], "transitiveMemberOf")
    asked = sdk.body("users.item.check_member_groups", "CheckMemberGroupsPostRequestBody", group_ids=[setting("GROUP_ID")])
    same((await graph.users.by_user_id(guest).check_member_groups.post(asked)).value, [setting("GROUP_ID")])
    ids = [guest, setting("GROUP_ID")]
    asked = sdk.body("directory_objects.get_by_ids", "GetByIdsPostRequestBody", ids=ids, types=["user", "group"])
    found = {item.id: type(item) for item in (await graph.directory_objects.get_by_ids.post(asked)).value}
    same(found, {guest: sdk.User, setting("GROUP_ID"): sdk.Group}, "objects by their ids")
    await group.members.by_directory_object_id(guest).ref.delete()
    same((await graph.users.by_user_id(guest).member_of.get()).value, [], "memberOf afterwards")


@each_sdk
async def app_roles(sdk):
    """app_role_assignments of a guest: post, get, delete; app_role_assigned_to of the service principal"""
    graph = sdk.client()
    app = await graph.service_principals_with_app_id(setting("APP_ID")).get()
    guest = (await sdk.invited(graph, "ria")).invited_user.id
    assignments = graph.users.by_user_id(guest).app_role_assignments
    wanted = sdk.AppRoleAssignment(principal_id=UUID(guest), resource_id=UUID(app.id), app_role_id=app.app_roles[0].id)
    given = await assignments.post(wanted)
    same((given.principal_id, given.app_role_id), (UUID(guest), app.app_roles[0].id))
    listed = (await assignments.get()).value
    same([item.id for item in listed], [given.id])
    same((listed[0].resource_id, listed[0].principal_type), (UUID(app.id), "User"))
    assigned = graph.service_principals.by_service_principal_id(app.id).app_role_assigned_to
    true(given.id in [item.id for item in (await assigned.get()).value], "the app does not list the assignment")
    await assignments.by_app_role_assignment_id(given.id).delete()
    same((await assignments.get()).value, [], "assignments afterwards")
    again = await assigned.post(wanted)
    await assigned.by_app_role_assignment_id(again.id).delete()


@each_sdk
async def directory_roles(sdk):
    """role assignments of the directory, and memberOf of an administrator"""
    graph = sdk.client()
    admin = await graph.users.by_user_id(setting("ADMIN_USER")).get()
    listed = (await graph.role_management.directory.role_assignments.get()).value
    held = [item for item in listed if item.principal_id == admin.id]
    same([item.role_definition_id for item in held], ["62e90394-69f5-4237-9190-012177145e10"], "Global Administrator")
    same(held[0].directory_scope_id, "/")
    of = (await graph.users.by_user_id(admin.id).member_of.get()).value
    true(any(isinstance(item, sdk.DirectoryRole) for item in of), f"memberOf: {[type(item).__name__ for item in of]}")


@each_sdk
async def organization(sdk):
    """organization is a list of one"""
    listed = (await sdk.client().organization.get()).value
    same([item.id for item in listed], [TENANT])
    true(any(domain.name == "fabrikam.test" for domain in listed[0].verified_domains), "verified domains")
