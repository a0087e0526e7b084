// Many requests at once, and waiting as told, through Graph's classic client.
import { BatchRequestContent, BatchResponseContent } from "@microsoft/microsoft-graph-client";
import { graph } from "./graph.mjs";
import { address, base, check, ok, same } from "./suite.mjs";

const step = (id, path, init, dependsOn) => ({ id, request: new Request(`${base}/v1.0${path}`, init), dependsOn });

const posted = (body) => ({
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(body),
});

async function sent(...steps) {
  const content = await new BatchRequestContent(steps).getContent();
  return new BatchResponseContent(await graph().api("/$batch").post(content));
}

check("microsoft-graph-client: a batch with a creation, reads and a refusal", async () => {
  const redirect = "https://myapps.microsoft.com?tenantId=";
  const invitation = { invitedUserEmailAddress: address("bob"), inviteRedirectUrl: redirect };
  const nobody = "11111111-2222-4333-8444-555555555555";
  const answers = await sent(
    step("1", "/invitations", posted(invitation)),
    step("2", `/users?$filter=mail eq '${address("bob")}'&$select=id`, { method: "GET" }, ["1"]),
    step("3", `/users/${nobody}`, { method: "GET" }, ["2"]),
  );
  const [made, found, missing] = ["1", "2", "3"].map((id) => answers.getResponseById(id));
  same([made.status, found.status, missing.status], [201, 200, 404], "statuses");
  const guest = (await made.json()).invitedUser.id;
  same((await found.json()).value.map(({ id }) => id), [guest], "the guest, as the second request saw it");
  same((await missing.json()).error.code, "Request_ResourceNotFound");
  ok(made.headers.get("location").startsWith(`${base}/v1.0/invitations/`), "no Location");
});

check("microsoft-graph-client: what waits for a request that fails is 424", async () => {
  const answers = await sent(
    step("a", "/users/nobody@fabrikam.test", { method: "GET" }),
    step("b", "/organization", { method: "GET" }, ["a"]),
  );
  same(["a", "b"].map((id) => answers.getResponseById(id).status), [404, 424], "statuses");
});

check("microsoft-graph-client: 429 is asked again after Retry-After (wants hospes dev --throttling)", async () => {
  const path = "/auditLogs/directoryAudits?$top=1";
  const began = performance.now();
  const logs = [];
  for (let n = 0; n < 7; n += 1) logs.push(await graph().api(path).get());
  ok(logs.every(({ value }) => value.length === 1), "a log is empty");
  ok(performance.now() - began > 1900, "nothing was refused: is the server started with --throttling?");
});
