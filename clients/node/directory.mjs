// Finding, groups, app roles, pages and delta through Graph's classic client.
import { PageIterator } from "@microsoft/microsoft-graph-client";
import { graph, reset } from "./graph.mjs";
import { address, base, check, ok, refused, run, same, setting } from "./suite.mjs";

const redirect = "https://myapps.microsoft.com?tenantId=";

async function invited(name) {
  const body = { invitedUserEmailAddress: address(name), invitedUserDisplayName: `${run} ${name}`, inviteRedirectUrl: redirect };
  return (await graph().api("/invitations").post(body)).invitedUser.id;
}

const reference = (id) => ({ "@odata.id": `${base}/v1.0/directoryObjects/${id}` });

/** A group nobody had before this run. */
const madeGroup = (name) =>
  graph().api("/groups").post({
    displayName: `${run} ${name}`,
    mailNickname: `${run}-${name}`,
    mailEnabled: false,
    securityEnabled: true,
  });

check("microsoft-graph-client: find by startsWith(mail, …), count and search with ConsistencyLevel", async () => {
  for (const name of ["find-bert", "find-anna"]) await invited(name);
  const ours = `startsWith(mail,'${address("find").split("@")[0]}')`;
  const plain = await graph().api("/users").filter(ours).select("mail").get();
  same(plain.value.map(({ mail }) => mail).sort(), [address("find-anna"), address("find-bert")]);
  const counted = await graph().api("/users").header("ConsistencyLevel", "eventual")
    .filter(ours).orderby("displayName desc").count(true).top(1).get();
  same([counted["@odata.count"], counted.value[0].displayName], [2, `${run} find-bert`]);
  same(await graph().api("/users/$count").header("ConsistencyLevel", "eventual").filter(ours).get(), "2", "users/$count");
  const found = await graph().api("/users").header("ConsistencyLevel", "eventual").search(`"displayName:${run} anna"`).get();
  same(found.value.map(({ mail }) => mail), [address("find-anna")], "search");
  const error = await refused(() => graph().api("/users").search(`"displayName:${run}"`).get());
  same([error.statusCode, error.code], [400, "Request_UnsupportedQuery"], "search without the header");
});

check("microsoft-graph-client: change mail and reset", async () => {
  const id = await invited("rhea");
  const successor = address("rhea", "northwind.test");
  await graph().api(`/users/${id}`).patch({ mail: successor });
  const answer = await graph().api("/invitations").post(reset(id, successor));
  same([answer.status, answer.invitedUser.id, answer.resetRedemption], ["PendingAcceptance", id, true]);
  same((await graph().api(`/users/${id}`).get()).mail, successor);
});

check("microsoft-graph-client: pages by nextLink and by PageIterator", async () => {
  const ids = [];
  for (let n = 0; n < 5; n += 1) ids.push(await invited(`page${n}`));
  const first = await graph().api("/users").filter(`startsWith(mail,'${run}-page')`).select("id").top(2).get();
  const seen = [];
  for (let page = first; page; page = page["@odata.nextLink"] && (await graph().api(page["@odata.nextLink"]).get())) {
    seen.push(...page.value.map(({ id }) => id));
  }
  same([...seen].sort(), ids.sort(), "guests, each once");
  const iterated = [];
  await new PageIterator(graph(), first, ({ id }) => iterated.push(id) > 0).iterate();
  same(iterated, seen, "what PageIterator saw");
});

check("microsoft-graph-client: groups and members: post, patch, $ref, casts, delete, restore", async () => {
  const group = await madeGroup("suppliers");
  const guest = await invited("gil");
  const path = `/groups/${group.id}`;
  await graph().api(path).patch({ description: "Who delivers" });
  await graph().api(`${path}/members/$ref`).post(reference(guest));
  const twice = await refused(() => graph().api(`${path}/members/$ref`).post(reference(guest)));
  same([twice.statusCode, twice.code], [400, "Request_BadRequest"]);
  const members = await graph().api(`${path}/members`).get();
  same(members.value.map((member) => [member["@odata.type"], member.mail]), [["#microsoft.graph.user", address("gil")]]);
  const of = await graph().api(`/users/${guest}/memberOf/microsoft.graph.group`).select("id,description").get();
  same(of.value.map(({ id, description }) => [id, description]), [[group.id, "Who delivers"]], "memberOf");
  const asked = { groupIds: [group.id] };
  same((await graph().api(`/users/${guest}/checkMemberGroups`).post(asked)).value, [group.id], "checkMemberGroups");
  await graph().api(`${path}/members/${guest}/$ref`).delete();
  same((await graph().api(`${path}/members`).get()).value, [], "members afterwards");
  await graph().api(path).delete();
  same((await refused(() => graph().api(path).get())).statusCode, 404, "after it was deleted");
  const restored = await graph().api(`/directory/deletedItems/${group.id}/restore`).post({});
  same([restored["@odata.type"], restored.id], ["#microsoft.graph.group", group.id]);
});

check("microsoft-graph-client: app role assignments from both ends", async () => {
  const app = await graph().api(`/servicePrincipals(appId='${setting("APP_ID")}')`).get();
  const principalId = await invited("ria");
  const body = { principalId, resourceId: app.id, appRoleId: app.appRoles[0].id };
  const given = await graph().api(`/users/${principalId}/appRoleAssignments`).post(body);
  same([given.principalId, given.appRoleId, given.principalType], [principalId, body.appRoleId, "User"]);
  const assigned = await graph().api(`/servicePrincipals/${app.id}/appRoleAssignedTo`).get();
  ok(assigned.value.some(({ id }) => id === given.id), "the app does not list the assignment");
  await graph().api(`/users/${principalId}/appRoleAssignments/${given.id}`).delete();
  same((await graph().api(`/users/${principalId}/appRoleAssignments`).get()).value, []);
});

/** What this page and those after it hold, and the link for the next round. */
async function round(link) {
  const seen = [];
  for (;;) {
    const page = await graph().api(link).get();
    seen.push(...page.value);
    if (page["@odata.deltaLink"]) return [seen, page["@odata.deltaLink"]];
    link = page["@odata.nextLink"];
  }
}

check("microsoft-graph-client: delta of users and groups: who came, changed and left since", async () => {
  const [gone, group] = [await invited("dag"), await madeGroup("followed")];
  const [everybody, users] = await round("/users/delta?$select=displayName,jobTitle");
  ok(everybody.some(({ id }) => id === gone), "the first round misses somebody");
  const [, groups] = await round("/groups/delta");
  const guest = await invited("dora");
  await graph().api(`/users/${guest}`).patch({ jobTitle: "Auditor" });
  await graph().api(`/users/${gone}`).delete();
  await graph().api(`/groups/${group.id}/members/$ref`).post(reference(guest));
  const changed = Object.fromEntries((await round(users))[0].map((user) => [user.id, user]));
  same(Object.keys(changed).sort(), [gone, guest].sort(), "who changed");
  same([changed[guest].jobTitle, changed[gone]["@removed"]], ["Auditor", { reason: "changed" }]);
  const [moved] = await round(groups);
  same(moved.map((item) => [item.id, item["members@delta"].map(({ id }) => id)]), [[group.id, [guest]]], "who came");
});
