// People's ways through the pages in a real browser: guests with their mailbox and from home, administrators at the
// portal; see `run`.
import { randomBytes } from "node:crypto";
import { walkFormPost } from "./form_post.mjs";
import { walkPasskeys, walkWithoutScripts } from "./passkeys.mjs";
import { walkPortal } from "./portal.mjs";
import { base, invite, mailedCode, post, setting } from "./server.mjs";
import { openBrowser } from "./window.mjs";

const guest = `br${randomBytes(4).toString("hex")}@adatum.test`;

/** What both walks do: wait for a page, look at it, press. */
function steps({ page, inspect }) {
  const on = async (heading, name) => {
    await page.getByRole("heading", { level: 1, name: heading }).waitFor();
    if (name) await inspect(name);
    console.log(`ok    ${name ?? heading}`);
  };
  const press = (name) => page.getByRole("button", { name, exact: true }).click();
  const inSampleApp = async (name, id) => {
    await on(/^Welcome to the sample app/, name);
    const oid = await page.getByRole("row", { name: /^oid / }).first().getByRole("cell").textContent();
    if (oid !== id) throw new Error(`the sample app was told ${oid}, invited was ${id}`);
  };
  return { on, press, inSampleApp };
}

/** A guest whose mailbox proves them. */
async function walk({ page, inspect }) {
  const { on, press, inSampleApp } = steps({ page, inspect });
  const invitation = await invite(guest);

  await page.goto(invitation.inviteRedeemUrl);
  await on("Fabrikam invites you", "invitation");
  await press("Accept invitation");
  await on("Type the code from your mail");
  await page.getByLabel("Code").fill("1234");
  await press("Continue");
  await on("Type the code from your mail", "code not taken");
  await page.getByLabel("Code").fill(await mailedCode(guest));
  await press("Continue");
  await on("Review permissions", "consent");
  await press("Accept");
  await on("You are a guest of Fabrikam", "done");
  await page.goBack();
  await on("You are a guest of Fabrikam");
  await page.getByRole("link", { name: "Open My Apps" }).click();
  await on("Fabrikam", "My Apps");
  await page.goto(setting("SAMPLE_APP_URL"));
  await page.getByRole("link", { name: "Sign in", exact: true }).click();
  await inSampleApp("sample app", invitation.invitedUser.id);
  await page.goto(`${base}/redeem?rd=x`);
  await on("This link leads nowhere", "unknown link");
}

/** A guest whose own organisation is on the server: redeems, signs in at the sample app anew, and leaves. */
async function walkFromHome({ page, inspect }) {
  const { on, press, inSampleApp } = steps({ page, inspect });
  const address = `br${randomBytes(4).toString("hex")}@${setting("PARTNER_DOMAIN")}`;
  const password = "a browser's own password";
  const account = { displayName: "Browser", userPrincipalName: address, mail: address, passwordProfile: { password, forceChangePasswordNextSignIn: false } };
  await post("/users", { ...account, mailNickname: address.split("@")[0], accountEnabled: true }, "PARTNER_");
  const invitation = await invite(address);
  const atHome = async (name) => {
    await on("Sign in", name);
    await page.getByLabel("Password").fill(password);
    await press("Sign in");
  };

  await page.context().clearCookies();
  await page.goto(invitation.inviteRedeemUrl);
  await on("Fabrikam invites you", "invitation to a partner");
  await press("Accept invitation");
  await atHome("password at home");
  await on("Review permissions");
  await press("Accept");
  await on("You are a guest of Fabrikam", "done, from home");
  await page.context().clearCookies();
  await page.goto(`${setting("SAMPLE_APP_URL")}/sign-in`);
  await on("Sign in to Fabrikam");
  await page.getByLabel("E\u2011mail address").fill(address);
  await press("Next");
  await atHome();
  await inSampleApp("sample app, from home", invitation.invitedUser.id);
  await page.goto(`${base}/organisation?name=nowhere.test`);
  await on("Which organisation?", "organisation not known");
  await page.goto(`${base}/myapps/${setting("TENANT_ID")}`);
  await on("Fabrikam");
  await page.getByRole("link", { name: /^Leave / }).click();
  await on(/^Leave Fabrikam/, "leave");
  await page.locator("main form button.primary, main form button").first().click();
  await on(/left|no longer/i, "left");
}

const complaints = [];

async function inBrowser(walks, options) {
  const browser = await openBrowser(base, complaints, options);
  try {
    for (const walk of walks) await walk(browser);
  } catch (error) {
    complaints.push(`${error.message} (at ${new URL(browser.page.url()).pathname})`);
  } finally {
    await browser.close();
  }
}

const atPortal = [walkPortal("USER_ADMIN", "User Administrator"), walkPortal("HELPDESK", "Helpdesk Administrator")];
await inBrowser([walk, walkFromHome, walkWithoutScripts, walkFormPost({ scripts: false }), ...atPortal]);
await inBrowser([walkPasskeys, walkFormPost({ scripts: true }), ...atPortal], { scripts: true });
for (const complaint of complaints) console.log(`FAIL  ${complaint}`);
process.exitCode = complaints.length === 0 ? 0 : 1;
