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

async function invite() {
  const secret = { client_id: setting("CLIENT_ID"), client_secret: setting("CLIENT_SECRET") };
  const body = new URLSearchParams({ grant_type: "client_credentials", scope: `${base}/.default`, ...secret });
  const { access_token } = await json(`${base}/${setting("TENANT_ID")}/oauth2/v2.0/token`, { method: "POST", body });
  return json(`${base}/v1.0/invitations`, {
    method: "POST",
    headers: { authorization: `Bearer ${access_token}`, "content-type": "application/json" },
    body: JSON.stringify({
      invitedUserEmailAddress: guest,
      inviteRedirectUrl: "https://myapps.microsoft.com",
      sendInvitationMessage: true,
    }),
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

async function walk({ page, inspect }) {
  const on = async (heading, name) => {
    await page.getByRole("heading", { level: 1, name: heading }).waitFor();
    if (name) await inspect(name);
    console.log(`ok    ${name ?? heading}`);
  };
  const press = (name) => page.getByRole("button", { name, exact: true }).click();
  const invitation = await invite();

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
  await on(/^Welcome to the sample app/, "sample app");
  const oid = await page.getByRole("row", { name: /^oid / }).first().getByRole("cell").textContent();
  if (oid !== invitation.invitedUser.id) throw new Error(`the sample app was told ${oid}, invited was ${invitation.invitedUser.id}`);
  await page.goto(`${base}/redeem?rd=x`);
  await on("This link leads nowhere", "unknown link");
}

const complaints = [];
const browser = await openBrowser(base, complaints);
try {
  await walk(browser);
} catch (error) {
  complaints.push(`${error.message} (at ${new URL(browser.page.url()).pathname})`);
} finally {
  await browser.close();
}
for (const complaint of complaints) console.log(`FAIL  ${complaint}`);
process.exitCode = complaints.length === 0 ? 0 : 1;
