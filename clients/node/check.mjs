// Other people's libraries for Node against a running Hospes; see `run`.
import { ConfidentialClientApplication, CryptoProvider, PublicClientApplication } from "@azure/msal-node";
import { Client } from "@microsoft/microsoft-graph-client";
import { graph, MISMATCH, reset } from "./graph.mjs";
import { address, base, check, ok, refused, runAll, same, setting, tenant } from "./suite.mjs";
import { signIn } from "./walk.mjs";

const host = new URL(base);
const GRAPH = "https://graph.microsoft.com";
// Graph's own command line program: a public client that every tenant knows, with loopback redirects.
const COMMAND_LINE = "14d82eec-204b-4c2f-b7e8-296a70dab67e";
const REDIRECT = "http://localhost:53682/";

const authority = { authority: `${base}/${tenant}`, knownAuthorities: [host.host] };

/** Graph's classic client with an access token that is there already. */
const graphAs = (token) =>
  Client.init({
    authProvider: (done) => done(null, token),
    baseUrl: `${base}/`,
    customHosts: new Set([host.hostname]),
  });

const invitation = (name) => ({
  invitedUserEmailAddress: address(name),
  invitedUserDisplayName: name,
  inviteRedirectUrl: "https://myapps.microsoft.com?tenantId=",
});

/** Authorization code with PKCE: msal-node builds the address, a person walks the pages, msal-node gets the tokens. */
async function signedIn(app, person, scopes) {
  const crypto = new CryptoProvider();
  const { verifier, challenge } = await crypto.generatePkceCodes();
  const [state, nonce] = [crypto.createNewGuid(), crypto.createNewGuid()];
  const request = { scopes, redirectUri: REDIRECT, state, nonce };
  const url = await app.getAuthCodeUrl({ ...request, codeChallenge: challenge, codeChallengeMethod: "S256" });
  const answer = await signIn(url, person);
  ok(answer.href.startsWith(REDIRECT), `the answer went to ${answer.origin}`);
  const got = Object.fromEntries(answer.searchParams);
  ok(got.code, `the sign-in was refused: ${got.error} ${got.error_description}`);
  same(got.state, state, "state");
  return app.acquireTokenByCode({ ...request, code: got.code, codeVerifier: verifier }, got);
}

const publicApp = () => new PublicClientApplication({ auth: { clientId: COMMAND_LINE, ...authority } });

const confidentialApp = (clientSecret) =>
  new ConfidentialClientApplication({ auth: { clientId: setting("CLIENT_ID"), clientSecret, ...authority } });

check("msal-node: client credentials with knownAuthorities, the second time from its cache", async () => {
  const app = confidentialApp(setting("CLIENT_SECRET"));
  const first = await app.acquireTokenByClientCredential({ scopes: [`${GRAPH}/.default`] });
  const second = await app.acquireTokenByClientCredential({ scopes: [`${GRAPH}/.default`] });
  same([first.fromCache, second.fromCache, second.accessToken], [false, true, first.accessToken]);
});

check("msal-node: a wrong secret is invalid_client, AADSTS7000215", async () => {
  const scopes = [`${GRAPH}/.default`];
  const error = await refused(() => confidentialApp("wrong").acquireTokenByClientCredential({ scopes }));
  same(error.errorCode, "invalid_client");
  ok(error.errorMessage.includes("AADSTS7000215"), error.errorMessage);
});

check("msal-node: authorization code with PKCE for a member, silent renewal, and /me with that token", async () => {
  const app = publicApp();
  const person = { name: setting("ADMIN_USER"), password: setting("ADMIN_PASSWORD") };
  const result = await signedIn(app, person, ["User.Read"]);
  same(result.account.username, person.name, "username");
  same([result.account.tenantId, result.idTokenClaims.ver], [tenant, "2.0"]);
  same(result.account.homeAccountId, `${result.uniqueId}.${tenant}`, "home account");
  const renewed = await app.acquireTokenSilent({ account: result.account, scopes: ["User.Read"], forceRefresh: true });
  same([renewed.fromCache, renewed.uniqueId], [false, result.uniqueId]);
  ok(renewed.accessToken !== result.accessToken, "the renewed token is the old one");
  const me = await graphAs(renewed.accessToken).api("/me").get();
  same([me.id, me.userPrincipalName], [result.uniqueId, person.name]);
});

check("msal-node: a code is taken once", async () => {
  const app = publicApp();
  const crypto = new CryptoProvider();
  const { verifier, challenge } = await crypto.generatePkceCodes();
  const request = { scopes: ["User.Read"], redirectUri: REDIRECT };
  const url = await app.getAuthCodeUrl({ ...request, codeChallenge: challenge, codeChallengeMethod: "S256" });
  const person = { name: setting("ADMIN_USER"), password: setting("ADMIN_PASSWORD") };
  const code = (await signIn(url, person)).searchParams.get("code");
  await app.acquireTokenByCode({ ...request, code, codeVerifier: verifier });
  const error = await refused(() => app.acquireTokenByCode({ ...request, code, codeVerifier: verifier }));
  same(error.errorCode, "invalid_grant");
});

for (const version of ["v1.0", "beta"]) {
  check(`microsoft-graph-client ${version} with @azure/identity: invite, list, get, patch, delete`, async () => {
    const client = graph(version);
    const name = `leo-${version}`;
    const invited = await client.api("/invitations").post(invitation(name));
    same(invited.status, "PendingAcceptance", "status");
    ok(invited.inviteRedeemUrl.startsWith(`${base}/redeem?`), invited.inviteRedeemUrl);
    const { id } = invited.invitedUser;
    const listed = await client
      .api("/users")
      .filter(`mail eq '${address(name)}'`)
      .select(["id", "userPrincipalName", "externalUserState"])
      .top(5)
      .get();
    const upn = `${address(name).replace("@", "_")}#EXT#@fabrikam.test`;
    same(listed.value, [{ id, userPrincipalName: upn, externalUserState: "PendingAcceptance" }]);
    await client.api(`/users/${id}`).patch({ jobTitle: "Auditor" });
    const user = await client.api(`/users/${encodeURIComponent(upn)}`).select("id,jobTitle,mail").get();
    same([user.id, user.jobTitle, user.mail], [id, "Auditor", address(name)]);
    await client.api(`/users/${id}`).delete();
    const error = await refused(() => client.api(`/users/${id}`).get());
    same([error.statusCode, error.code], [404, "Request_ResourceNotFound"]);
    ok(error.requestId, "the error has no request-id");
  });
}

check("microsoft-graph-client: an unknown user and a foreign address are GraphErrors with the exact words", async () => {
  const nobody = "11111111-2222-4333-8444-555555555555";
  const missing = await refused(() => graph().api(`/users/${nobody}`).get());
  const text = `Resource '${nobody}' does not exist or one of its queried reference-property objects are not present.`;
  same([missing.statusCode, missing.code, missing.message], [404, "Request_ResourceNotFound", text]);
  const { invitedUser } = await graph().api("/invitations").post(invitation("max"));
  const request = reset(invitedUser.id, address("max", "northwind.test"));
  const foreign = await refused(() => graph().api("/invitations").post(request));
  same([foreign.statusCode, foreign.code, foreign.message], [400, "BadRequest", MISMATCH]);
});

check("reset: for msal-node the same account before and after, with the new sign-in name", async () => {
  const client = graph();
  const [old, successor] = [address("nia"), address("noa", "northwind.test")];
  const { invitedUser } = await client.api("/invitations").post(invitation("nia"));
  const before = await signedIn(publicApp(), { name: old }, ["User.Read"]);
  same([before.account.username, before.uniqueId], [old, invitedUser.id], "guest before");
  await client.api(`/users/${invitedUser.id}`).patch({ mail: successor });
  const answer = await client.api("/invitations").post(reset(invitedUser.id, successor));
  same([answer.status, answer.invitedUser.id], ["PendingAcceptance", invitedUser.id]);
  const stale = await refused(() => graphAs(before.accessToken).api("/me").get());
  same(stale.statusCode, 401, "what the token from before the reset opens");
  const after = await signedIn(publicApp(), { name: successor }, ["User.Read"]);
  same(after.account.username, successor, "username after");
  const kept = ({ account, idTokenClaims }) => [account.homeAccountId, idTokenClaims.oid, idTokenClaims.sub];
  same(kept(after), kept(before), "home account, oid and sub");
  const me = await graphAs(after.accessToken).api("/me").get();
  same([me.id, me.userPrincipalName], [invitedUser.id, `${old.replace("@", "_")}#EXT#@fabrikam.test`]);
});

await import("./directory.mjs");
await import("./batch.mjs");
await import("./sdk.mjs");
await import("./sign_in.mjs");
await runAll();
