// People sign in through openid-client and by device code; jose, which issued nothing, verifies the tokens.
import { DeviceCodeCredential } from "@azure/identity";
import { PublicClientApplication } from "@azure/msal-node";
import { createRemoteJWKSet, jwtVerify } from "jose";
import * as client from "openid-client";
import { base, check, ok, refused, same, setting, tenant } from "./suite.mjs";
import { Browser, signIn, walkThrough } from "./walk.mjs";

// Graph's own command line program: a public client that every tenant knows, with loopback redirects.
const COMMAND_LINE = "14d82eec-204b-4c2f-b7e8-296a70dab67e";
const REDIRECT = "http://localhost:53684/";
const issuer = new URL(`${base}/${tenant}/v2.0`);
const person = { name: setting("USER_ADMIN_USER"), password: setting("USER_ADMIN_PASSWORD") };

const discovered = () => client.discovery(issuer, COMMAND_LINE, undefined, client.None());

/** Code with PKCE, state and nonce; openid-client compares all three, and `iss` of the answer (RFC 9207). */
async function signedIn(config, extra = {}) {
  const [pkceCodeVerifier, expectedState, expectedNonce] = [
    client.randomPKCECodeVerifier(),
    client.randomState(),
    client.randomNonce(),
  ];
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT,
    scope: "openid profile email offline_access",
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
    state: expectedState,
    nonce: expectedNonce,
    ...extra,
  });
  const answer = await signIn(url.href, person);
  return client.authorizationCodeGrant(config, answer, { pkceCodeVerifier, expectedState, expectedNonce });
}

check("openid-client: discovery, code with PKCE, id token, userinfo, refresh; jose verifies both tokens", async () => {
  const config = await discovered();
  ok(config.serverMetadata().authorization_response_iss_parameter_supported, "no iss in answers");
  const tokens = await signedIn(config, { max_age: "3600" });
  const claims = tokens.claims();
  same([claims.iss, claims.aud, claims.preferred_username], [issuer.href, COMMAND_LINE, person.name]);
  ok(Number.isInteger(claims.auth_time), "no auth_time");
  const info = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
  same([info.sub, info.name], [claims.sub, claims.name]);
  const keys = createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri));
  const verified = await jwtVerify(tokens.id_token, keys, { issuer: issuer.href, audience: COMMAND_LINE });
  same(verified.payload.oid, claims.oid);
  await jwtVerify(tokens.access_token, keys, { issuer: issuer.href });
  const renewed = await client.refreshTokenGrant(config, tokens.refresh_token);
  same([renewed.claims().sub, renewed.claims().oid], [claims.sub, claims.oid]);
  ok(renewed.refresh_token && renewed.refresh_token !== tokens.refresh_token, "the refresh token did not turn");
});

check("openid-client: an answer of another issuer and an error are told apart; prompt=none is login_required", async () => {
  const config = await discovered();
  const error = await refused(() => signedIn(config, { prompt: "none" }));
  same([error.error, error.code], ["login_required", "OAUTH_AUTHORIZATION_RESPONSE_ERROR"]);
});

check("openid-client: sign-out sends the browser back to the app with its state", async () => {
  const config = await discovered();
  const browser = new Browser();
  const state = client.randomState();
  const verifier = client.randomPKCECodeVerifier();
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT,
    scope: "openid",
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state,
  });
  const answer = await signIn(url.href, person, browser);
  const tokens = await client.authorizationCodeGrant(config, answer, { pkceCodeVerifier: verifier, expectedState: state });
  const out = client.buildEndSessionUrl(config, {
    post_logout_redirect_uri: REDIRECT,
    id_token_hint: tokens.id_token,
    state: "bye",
  });
  const { away } = await walkThrough(browser, out.href);
  ok(away?.href.startsWith(REDIRECT), `the sign-out ended at ${away?.href}`);
  same(away.searchParams.get("state"), "bye");
  const silent = await signIn(`${url.href}&prompt=none`, person, browser);
  same(silent.searchParams.get("error"), "login_required", "after the sign-out");
});

/** Types a device code on its page, signs in and says yes. */
const approve = (where, user_code) => walkThrough(new Browser(), where, { ...person, user_code });

check("openid-client: device authorization (RFC 8628), approved while it polls", async () => {
  const config = await discovered();
  const asked = await client.initiateDeviceAuthorization(config, { scope: "openid profile" });
  const polling = client.pollDeviceAuthorizationGrant(config, { ...asked, interval: 1 });
  const [tokens] = await Promise.all([polling, approve(asked.verification_uri, asked.user_code)]);
  same(tokens.claims().preferred_username, person.name);
});

check("msal-node and @azure/identity: device code", async () => {
  const app = new PublicClientApplication({
    auth: { clientId: COMMAND_LINE, authority: `${base}/${tenant}`, knownAuthorities: [new URL(base).host] },
  });
  let failed;
  const failure = new Promise((_, reject) => (failed = reject));
  const deviceCodeCallback = ({ verificationUri, userCode }) => void approve(verificationUri, userCode).catch(failed);
  const asking = app.acquireTokenByDeviceCode({ scopes: ["User.Read"], deviceCodeCallback });
  const result = await Promise.race([asking, failure]);
  same([result.account.username, result.tenantId], [person.name, tenant]);
  const credential = new DeviceCodeCredential({
    tenantId: tenant,
    clientId: "04b07795-8ddb-461a-bbee-02f9e1bf7b46",
    authorityHost: base,
    disableInstanceDiscovery: true,
    userPromptCallback: deviceCodeCallback,
  });
  const token = await Promise.race([credential.getToken(["https://graph.microsoft.com/User.Read"]), failure]);
  const me = await fetch(`${base}/v1.0/me`, { headers: { authorization: `Bearer ${token.token}` } });
  same((await me.json()).userPrincipalName, person.name);
});
