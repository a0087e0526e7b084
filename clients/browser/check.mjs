// A guest's way through the pages in a real browser: invitation, code, consent, My Apps, the sample app; see `run`.
import { randomBytes } from "node:crypto";
import { openBrowser } from "./window.mjs";

function setting(name) {
  const value = process.env[`HOSPES_${name}`];
  if (!value) throw new Error(`HOSPES_${name} is not set: export the variables of a running development server`);
  return value;
}

const base = setting("BASE_URL");
const guest = `br${randomBytes(4).toString("hex")}@adatum.test`;

async function json(url, options) {
  const answer = await fetch(url, options);
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** Posts to the directory API as the automation of the organisation whose settings begin with `whose`. */
async function post(path, value, whose = "") {
  const secret = { client_id: setting(`${whose}CLIENT_ID`), client_secret: setting(`${whose}CLIENT_SECRET`) };
  const body = new URLSearchParams({ grant_type: "client_credentials", scope: `${base}/.default`, ...secret });
  const tenant = setting(`${whose}TENANT_ID`);
  const { access_token } = await json(`${base}/${tenant}/oauth2/v2.0/token`, { method: "POST", body });
  return json(`${base}/v1.0${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${access_token}`, "content-type": "application/json" },
    body: JSON.stringify(value),
  });
}

function invite(address) {
  return post("/invitations", {
    invitedUserEmailAddress: address,
    inviteRedirectUrl: "https://myapps.microsoft.com",
    sendInvitationMessage: true,
  });
}

async function mailedCode() {
  const box = setting("MAILBOX_URL");
  for (const end = Date.now() + 10_000; Date.now() < end; ) {
    const { value } = await json(`${box}?to=${encodeURIComponent(guest)}`);
    const code = value.map(({ subject }) => /^Your code: (\d{4} \d{4})$/.exec(subject)?.[1]).find(Boolean);
    if (code) return code;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`no code mailed to ${guest} after ten seconds`);
}

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
  await page.getByLabel("Code").fill(await mailedCode());
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
  const account = { displayName: "Browser", userPrincipalName: address, mail: address, passwordProfile: { password } };
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
const browser = await openBrowser(base, complaints);
try {
  await walk(browser);
  await walkFromHome(browser);
} catch (error) {
  complaints.push(`${error.message} (at ${new URL(browser.page.url()).pathname})`);
} finally {
  await browser.close();
}
for (const complaint of complaints) console.log(`FAIL  ${complaint}`);
process.exitCode = complaints.length === 0 ? 0 : 1;
