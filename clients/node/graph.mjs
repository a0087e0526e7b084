// Graph's classic client, pointed at Hospes.
import { ClientSecretCredential } from "@azure/identity";
import { Client } from "@microsoft/microsoft-graph-client";
import { TokenCredentialAuthenticationProvider } from "@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials/index.js";
import { base, setting, tenant } from "./suite.mjs";

const host = new URL(base);

/** Graph's classic client with the tokens of @azure/identity. Its list of hosts wants names without ports. */
export function graph(version = "v1.0") {
  const credential = new ClientSecretCredential(tenant, setting("CLIENT_ID"), setting("CLIENT_SECRET"), {
    authorityHost: base,
    disableInstanceDiscovery: true,
  });
  const authProvider = new TokenCredentialAuthenticationProvider(credential, { scopes: ["https://graph.microsoft.com/.default"] });
  return Client.initWithMiddleware({
    authProvider,
    baseUrl: `${base}/`,
    customHosts: new Set([host.hostname]),
    defaultVersion: version,
  });
}

/** How a reset with an address that is not the user's is refused. */
export const MISMATCH =
  "The email you\u2019re using to invite this user doesn\u2019t match any emails on the user object. " +
  "Please add this email to the user object and try again.";

/** The request that resets this guest for this address. */
export const reset = (id, email) => ({
  invitedUserEmailAddress: email,
  inviteRedirectUrl: "https://myapps.microsoft.com?tenantId=",
  invitedUser: { id },
  resetRedemption: true,
});
