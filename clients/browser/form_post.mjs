// An installed program asks for its answer in a form, as msal and azure-identity do, and listens for it on this machine:
// with scripts the form posts itself, without them the person presses its button.
import { createServer } from "node:http";
import { once } from "node:events";
import { base, setting } from "./server.mjs";

/** A public client that every organisation knows, with loopback addresses. */
const COMMAND_LINE = "14d82eec-204b-4c2f-b7e8-296a70dab67e";

/** A program that waits for one answer by POST. */
async function program() {
  const answer = {};
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    if (request.method === "POST") Object.assign(answer, Object.fromEntries(new URLSearchParams(body)));
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end('<!doctype html><title>Done</title><link rel="icon" href="data:,"><h1>The program goes on</h1>');
  });
  server.listen(0, "localhost");
  await once(server, "listening");
  return { answer, address: `http://localhost:${server.address().port}`, stop: () => server.close() };
}

export function walkFormPost({ scripts }) {
  return async ({ page, inspect, leadsTo }) => {
    const { answer, address, stop } = await program();
    leadsTo(address);
    const request = new URLSearchParams({
      client_id: COMMAND_LINE, redirect_uri: address, response_type: "code", response_mode: "form_post", scope: "openid", state: "st&te",
      code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", code_challenge_method: "S256",
    });
    const arrived = () => page.getByRole("heading", { level: 1, name: "The program goes on" }).waitFor();
    try {
      await page.context().clearCookies();
      await page.goto(`${base}/${setting("TENANT_ID")}/oauth2/v2.0/authorize?${request}`);
      await page.getByLabel("E\u2011mail address").fill(setting("USER_ADMIN_USER"));
      await page.getByRole("button", { name: "Next", exact: true }).click();
      await page.getByLabel("Password").fill(setting("USER_ADMIN_PASSWORD"));
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      const agree = page.getByRole("button", { name: "Accept", exact: true });
      const handed = page.getByRole("heading", { level: 1, name: /^Continue to |^The program goes on/ });
      await agree.or(handed).first().waitFor();
      if (await agree.isVisible()) await agree.click();
      if (!scripts) {
        await page.getByRole("heading", { level: 1, name: /^Continue to / }).waitFor();
        await inspect("answer in a form");
        await page.getByRole("button", { name: "Continue", exact: true }).click();
      }
      await arrived();
      if (!answer.code || answer.state !== "st&te") throw new Error(`the program was told ${Object.keys(answer)}`);
      console.log(`ok    answer by form_post ${scripts ? "without a click" : "by the button"}`);
      if (!scripts) return;
      // A request without a person ends by itself, too.
      delete answer.code;
      request.set("prompt", "none");
      await page.goto(`${base}/${setting("TENANT_ID")}/oauth2/v2.0/authorize?${request}`);
      await arrived();
      if (!answer.code) throw new Error(`the silent request was told ${Object.keys(answer)}`);
      console.log("ok    silent answer by form_post");
    } finally {
      stop();
    }
  };
}
