"""Groups, memberships, app roles, directory roles and the organisation through the Graph SDK."""

from uuid import UUID

from msgraph.generated.models.app_role_assignment import AppRoleAssignment
from msgraph.generated.models.directory_role import DirectoryRole
from msgraph.generated.models.group import Group
from msgraph.generated.models.reference_create import ReferenceCreate
from msgraph.generated.models.user import User

from graph import address, client, invited, refused
from suite import BASE, TENANT, check, same, setting, true


@check
async def membership():
    """msgraph-sdk: members.ref.post and delete, members and graph_user typed, memberOf"""
    graph = client()
    group = graph.groups.by_group_id(setting("GROUP_ID"))
    guest = (await invited(graph, "gil")).invited_user.id
    reference = ReferenceCreate(odata_id=f"{BASE}/v1.0/directoryObjects/{guest}")
    await group.members.ref.post(reference)
    async with refused(400, "Request_BadRequest"):
        await group.members.ref.post(reference)
    listed = {member.id: member for member in (await group.members.get()).value}
    true(isinstance(listed.get(guest), User), f"the member is a {type(listed.get(guest)).__name__}")
    users = {user.id: user for user in (await group.members.graph_user.get()).value}
    same(users[guest].mail, address("gil"), "mail of the member")
    of = (await graph.users.by_user_id(guest).member_of.get()).value
    same([(type(item), item.id) for item in of], [(Group, setting("GROUP_ID"))], "memberOf")
    await group.members.by_directory_object_id(guest).ref.delete()
    same((await graph.users.by_user_id(guest).member_of.get()).value, [], "memberOf afterwards")


@check
async def app_roles():
    """msgraph-sdk: appRoleAssignments of a guest: post, get, delete"""
    graph = client()
    app = await graph.service_principals_with_app_id(setting("APP_ID")).get()
    guest = (await invited(graph, "ria")).invited_user.id
    assignments = graph.users.by_user_id(guest).app_role_assignments
    given = await assignments.post(
        AppRoleAssignment(principal_id=UUID(guest), resource_id=UUID(app.id), app_role_id=app.app_roles[0].id)
    )
    same((given.principal_id, given.app_role_id), (UUID(guest), app.app_roles[0].id))
    listed = (await assignments.get()).value
    same([item.id for item in listed], [given.id])
    same((listed[0].resource_id, listed[0].principal_type), (UUID(app.id), "User"))
    await assignments.by_app_role_assignment_id(given.id).delete()
    same((await assignments.get()).value, [], "assignments afterwards")


@check
async def directory_roles():
    """msgraph-sdk: role assignments of the directory, and memberOf of an administrator"""
    graph = client()
    admin = await graph.users.by_user_id(setting("ADMIN_USER")).get()
    listed = (await graph.role_management.directory.role_assignments.get()).value
    held = [item for item in listed if item.principal_id == admin.id]
    same([item.role_definition_id for item in held], ["62e90394-69f5-4237-9190-012177145e10"], "Global Administrator")
    same(held[0].directory_scope_id, "/")
    of = (await graph.users.by_user_id(admin.id).member_of.get()).value
    true(any(isinstance(item, DirectoryRole) for item in of), f"memberOf: {[type(item).__name__ for item in of]}")


@check
async def organization():
    """msgraph-sdk: organization is a list of one"""
    listed = (await client().organization.get()).value
    same([item.id for item in listed], [TENANT])
    true(any(domain.name == "fabrikam.test" for domain in listed[0].verified_domains), "verified domains")
