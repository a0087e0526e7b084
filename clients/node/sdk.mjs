// The generated SDK pointed at Hospes: every verb of guest collaboration, with its own models and handlers.
import { ClientSecretCredential } from "@azure/identity";
import { HttpMethod, RequestInformation } from "@microsoft/kiota-abstractions";
import { AzureIdentityAuthenticationProvider } from "@microsoft/kiota-authentication-azure";
import { createGraphServiceClient, GraphRequestAdapter } from "@microsoft/msgraph-sdk";
import "@microsoft/msgraph-sdk-directoryobjects";
import "@microsoft/msgraph-sdk-invitations";
import "@microsoft/msgraph-sdk-users";
import * as models from "@microsoft/msgraph-sdk/models/index.js";
import { createODataErrorFromDiscriminatorValue } from "@microsoft/msgraph-sdk/models/oDataErrors/index.js";
import { BatchRequestContent, PageIterator } from "@microsoft/msgraph-sdk-core";
import { MISMATCH } from "./graph.mjs";
import { address, base, check, ok, refused, run, same, setting, tenant } from "./suite.mjs";

const redirect = "https://myapps.microsoft.com?tenantId=";
const NOBODY = "11111111-2222-4333-8444-555555555555";
const errors = { XXX: createODataErrorFromDiscriminatorValue };

const credential = new ClientSecretCredential(tenant, setting("CLIENT_ID"), setting("CLIENT_SECRET"), {
  authorityHost: base,
  disableInstanceDiscovery: true,
});
// The list of hosts that get a token wants names without ports.
const hosts = new Set([new URL(base).hostname]);
const scopes = ["https://graph.microsoft.com/.default"];
const adapter = new GraphRequestAdapter(new AzureIdentityAuthenticationProvider(credential, scopes, undefined, hosts));
adapter.baseUrl = `${base}/v1.0`;
const client = createGraphServiceClient(adapter);

/**
 * A request for a path whose builders are in none of the packages installed, made as theirs are: from a template, the
 * SDK's models and its adapter.
 */
function request(method, path, body, serialize) {
  const made = new RequestInformation(method, `{+baseurl}${path}`, { baseurl: adapter.baseUrl });
  made.headers.add("Accept", "application/json");
  if (body) made.setContentFromParsable(adapter, "application/json", body, serialize);
  return made;
}

const read = (path, factory) => adapter.send(request(HttpMethod.GET, path), factory, errors);
const create = (path, body, serialize, factory) => adapter.send(request(HttpMethod.POST, path, body, serialize), factory, errors);
const done = (...made) => adapter.sendNoResponseContent(request(...made), errors);

async function invited(name) {
  const body = { invitedUserEmailAddress: address(name), invitedUserDisplayName: `${run} ${name}`, inviteRedirectUrl: redirect };
  return client.invitations.post(body);
}

/** Who it was that the server refused, in the SDK's words. */
const words = (error) => [error.responseStatusCode, error.errorEscaped?.code];

check("msgraph-sdk: invite, find by startsWith(mail, …), get by id and by #EXT# name, patch, delete", async () => {
  const invitation = await invited("una");
  same([invitation.status, invitation.invitedUserType], ["PendingAcceptance", "Guest"]);
  ok(invitation.inviteRedeemUrl.startsWith(`${base}/redeem?`), invitation.inviteRedeemUrl);
  const { id } = invitation.invitedUser;
  const queryParameters = {
    filter: `startsWith(mail,'${address("una").split("@")[0]}')`,
    select: ["id", "mail", "externalUserState", "createdDateTime"],
    count: true,
    top: 5,
  };
  const found = await client.users.get({ queryParameters, headers: { ConsistencyLevel: "eventual" } });
  same([found.odataCount, found.value.map((user) => [user.id, user.mail, user.externalUserState])], [
    1,
    [[id, address("una"), "PendingAcceptance"]],
  ]);
  ok(found.value[0].createdDateTime instanceof Date, `createdDateTime: ${found.value[0].createdDateTime}`);
  same(await client.users.count.get({ queryParameters: { filter: queryParameters.filter }, headers: { ConsistencyLevel: "eventual" } }), 1);
  const name = `${address("una").replace("@", "_")}#EXT#@fabrikam.test`;
  await client.users.byUserId(name).patch({ jobTitle: "Auditor" });
  const user = await client.users.byUserId(name).get();
  same([user.id, user.jobTitle, user.userPrincipalName], [id, "Auditor", name]);
  await client.users.byUserId(id).delete();
  same(words(await refused(() => client.users.byUserId(id).get())), [404, "Request_ResourceNotFound"]);
});

check("msgraph-sdk: errors are ODataErrors with the exact words, a request-id and a date", async () => {
  const missing = await refused(() => client.users.byUserId(NOBODY).get());
  same(words(missing), [404, "Request_ResourceNotFound"]);
  const text = `Resource '${NOBODY}' does not exist or one of its queried reference-property objects are not present.`;
  same([missing.message, missing.errorEscaped.message], [text, text]);
  ok(missing.errorEscaped.innerError.requestId, "the error has no request-id");
  ok(missing.errorEscaped.innerError.date instanceof Date, "the error has no date");
  for (const queryParameters of [{ filter: "mail eq" }, { select: ["shoeSize"] }]) {
    same(words(await refused(() => client.users.get({ queryParameters }))), [400, "BadRequest"]);
  }
});

check("msgraph-sdk: change mail and reset; a foreign address is refused in the exact words", async () => {
  const { id, userPrincipalName } = await client.users.byUserId((await invited("rolf")).invitedUser.id).get();
  const successor = address("rolf", "northwind.test");
  const reset = {
    invitedUserEmailAddress: successor,
    inviteRedirectUrl: redirect,
    invitedUser: { id },
    resetRedemption: true,
  };
  const foreign = await refused(() => client.invitations.post(reset));
  same([...words(foreign), foreign.message], [400, "BadRequest", MISMATCH]);
  await client.users.byUserId(id).patch({ mail: successor });
  const answer = await client.invitations.post(reset);
  same([answer.status, answer.resetRedemption, answer.invitedUser.id], ["PendingAcceptance", true, id]);
  const select = ["id", "userPrincipalName", "mail", "externalUserState"];
  const after = await client.users.byUserId(id).get({ queryParameters: { select } });
  same(
    [after.id, after.userPrincipalName, after.mail, after.externalUserState],
    [id, userPrincipalName, successor, "PendingAcceptance"],
  );
});

check("msgraph-sdk: groups and members: post, patch, $ref, memberOf with its types, getByIds, delete", async () => {
  const description = { displayName: `${run} Partners`, mailNickname: `${run}-partners`, mailEnabled: false, securityEnabled: true };
  const group = await create("/groups", description, models.serializeGroup, models.createGroupFromDiscriminatorValue);
  const guest = (await invited("gina")).invitedUser.id;
  const path = `/groups/${group.id}`;
  const link = { odataId: `${base}/v1.0/directoryObjects/${guest}` };
  await done(HttpMethod.PATCH, path, { description: "Who helps" }, models.serializeGroup);
  await done(HttpMethod.POST, `${path}/members/$ref`, link, models.serializeReferenceCreate);
  const twice = await refused(() => done(HttpMethod.POST, `${path}/members/$ref`, link, models.serializeReferenceCreate));
  same(words(twice), [400, "Request_BadRequest"]);
  const members = await read(`${path}/members`, models.createDirectoryObjectCollectionResponseFromDiscriminatorValue);
  same(members.value.map(({ id, mail }) => [id, mail]), [[guest, address("gina")]], "members, as users");
  const of = await client.users.byUserId(guest).memberOf.get();
  same(of.value.map(({ id, description }) => [id, description]), [[group.id, "Who helps"]], "memberOf, as groups");
  const narrowed = await client.users.byUserId(guest).transitiveMemberOf.graphGroup.get();
  same(narrowed.value.map(({ id }) => id), [group.id], "transitiveMemberOf/graph.group");
  const checked = await client.users.byUserId(guest).checkMemberGroups.post({ groupIds: [group.id] });
  same(checked.value, [group.id], "checkMemberGroups");
  const found = await client.directoryObjects.getByIds.post({ ids: [guest, group.id], types: ["user", "group"] });
  same(found.value.map(({ odataType }) => odataType).sort(), ["#microsoft.graph.group", "#microsoft.graph.user"]);
  await done(HttpMethod.DELETE, `${path}/members/${guest}/$ref`);
  same((await client.users.byUserId(guest).memberOf.get()).value, [], "memberOf afterwards");
  await done(HttpMethod.DELETE, path);
  const gone = await refused(() => read(path, models.createGroupFromDiscriminatorValue));
  same(words(gone), [404, "Request_ResourceNotFound"]);
});

check("msgraph-sdk: app role assignments: post, get, delete", async () => {
  const app = await read(`/servicePrincipals(appId='${setting("APP_ID")}')`, models.createServicePrincipalFromDiscriminatorValue);
  const principalId = (await invited("rob")).invitedUser.id;
  const assignments = client.users.byUserId(principalId).appRoleAssignments;
  const given = await assignments.post({ principalId, resourceId: app.id, appRoleId: app.appRoles[0].id });
  same([given.principalId, given.appRoleId, given.principalType], [principalId, app.appRoles[0].id, "User"]);
  ok(given.createdDateTime instanceof Date, "no time of the assignment");
  same((await assignments.get()).value.map(({ id }) => id), [given.id]);
  await assignments.byAppRoleAssignmentId(given.id).delete();
  same((await assignments.get()).value, []);
});

check("msgraph-sdk: pages by nextLink and by PageIterator", async () => {
  const ids = [];
  for (let n = 0; n < 5; n += 1) ids.push((await invited(`leaf${n}`)).invitedUser.id);
  const queryParameters = { filter: `startsWith(mail,'${run}-leaf')`, select: ["id"], top: 2 };
  const first = await client.users.get({ queryParameters });
  const seen = [];
  for (let page = first; page; page = page.odataNextLink && (await client.users.withUrl(page.odataNextLink).get())) {
    seen.push(...page.value.map(({ id }) => id));
  }
  same([...seen].sort(), ids.sort(), "guests, each once");
  const iterated = [];
  const take = ({ id }) => iterated.push(id) > 0;
  await new PageIterator(adapter, first, take, models.createUserCollectionResponseFromDiscriminatorValue, errors).iterate();
  same(iterated, seen, "what PageIterator saw");
});

check("msgraph-sdk: a batch with reads, a deletion and a refusal", async () => {
  const [kept, gone] = [(await invited("bo")).invitedUser.id, (await invited("bert")).invitedUser.id];
  const batch = new BatchRequestContent(adapter, errors);
  // This version of the SDK sends no headers and no bodies in a batch, and reads no body of an answer, of whatever server.
  const parts = [
    client.users.byUserId(kept).toGetRequestInformation(),
    client.users.byUserId(NOBODY).toGetRequestInformation(),
    client.users.byUserId(gone).toDeleteRequestInformation(),
  ].map((information) => batch.addBatchRequest(information).id);
  const answer = await batch.postAsync();
  const statuses = await answer.getResponsesStatusCodes();
  same(parts.map((id) => statuses.get(id)), [200, 404, 204], "statuses");
  same(words(await refused(() => client.users.byUserId(gone).get())), [404, "Request_ResourceNotFound"]);
});

/** What this page and those after it hold, and the link for the next round. */
async function rest(builder, page) {
  const seen = [...page.value];
  while (page.odataNextLink) {
    page = await builder.withUrl(page.odataNextLink).get();
    seen.push(...page.value);
  }
  return [seen, page.odataDeltaLink];
}

check("msgraph-sdk: delta of users: who came, changed and went since", async () => {
  const { delta } = client.users;
  const gone = (await invited("doug")).invitedUser.id;
  const [everybody, link] = await rest(delta, await delta.get({ queryParameters: { select: ["displayName", "jobTitle"] } }));
  ok(everybody.some(({ id }) => id === gone), "the first round misses somebody");
  const came = (await invited("dina")).invitedUser.id;
  await client.users.byUserId(came).patch({ jobTitle: "Auditor" });
  await client.users.byUserId(gone).delete();
  const [changed] = await rest(delta, await delta.withUrl(link).get());
  const found = Object.fromEntries(changed.map((user) => [user.id, user]));
  same(Object.keys(found).sort(), [came, gone].sort(), "who changed");
  same([found[came].jobTitle, found[gone].additionalData["@removed"]], ["Auditor", { reason: "changed" }]);
});

check("msgraph-sdk: 429 is asked again after Retry-After (wants hospes dev --throttling)", async () => {
  const began = performance.now();
  for (let n = 0; n < 7; n += 1) {
    const log = await read("/auditLogs/directoryAudits?$top=1", models.createDirectoryAuditCollectionResponseFromDiscriminatorValue);
    same(log.value.length, 1, "records");
  }
  ok(performance.now() - began > 900, "nothing was refused: is the server started with --throttling?");
});
