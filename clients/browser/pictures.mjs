// The pictures of docs/guide/portal.md, taken anew: `clients/browser/run pictures` against a development server started
// with --reset. Guests with a history are made first, one of them with an account at home that is made anew.
import { mkdirSync } from "node:fs";
import { base, mailedCode, post, setting } from "./server.mjs";
import { openBrowser } from "./window.mjs";

const FOLDER = new URL("../../docs/guide/pictures/", import.meta.url).pathname;
const PASSWORD = "a picture's own password";

const complaints = [];
const { page, close } = await openBrowser(base, complaints);
const press = (name) => page.getByRole("button", { name, exact: true }).click();
const portal = `${base}/portal/${setting("TENANT_ID")}`;

/** Accepts an invitation as the guest would; `prove` is what comes between Accept invitation and the consent. */
async function redeem(link, prove) {
  await page.context().clearCookies();
  await page.goto(link);
  await press("Accept invitation");
  await prove();
  await press("Accept");
  await page.getByRole("heading", { level: 1, name: "You are a guest of Fabrikam" }).waitFor();
}

async function withCode(address) {
  await page.getByLabel("Code").fill(await mailedCode(address));
  await press("Continue");
}

async function atHome() {
  await page.getByLabel("Password").fill(PASSWORD);
  await press("Sign in");
}

function account(name, address) {
  const body = { displayName: name, userPrincipalName: address, mail: address, mailNickname: address.split("@")[0] };
  return post("/users", { ...body, accountEnabled: true, passwordProfile: { password: PASSWORD, forceChangePasswordNextSignIn: false } }, "PARTNER_");
}

/** Invites with a name and a few words. */
function named(address, name) {
  return post("/invitations", {
    invitedUserEmailAddress: address,
    invitedUserDisplayName: name,
    inviteRedirectUrl: setting("SAMPLE_APP_URL"),
    sendInvitationMessage: true,
  });
}

async function people() {
  const jonas = `jonas.lindqvist@${setting("PARTNER_DOMAIN")}`;
  const old = await account("Jonas Lindqvist", jonas);
  const guest = await named(jonas, "Jonas Lindqvist");
  await redeem(guest.inviteRedeemUrl, atHome);
  for (const [name, address] of [
    ["Amara Okafor", "amara.okafor@adatum.test"],
    ["Łukasz Wiśniewski", "lukasz@proseware.test"],
  ]) {
    const invitation = await named(address, name);
    await redeem(invitation.inviteRedeemUrl, () => withCode(address));
  }
  await named("l.fernandezdecordoba@wideworldimporters.test", "Lucía Fernández de Córdoba");
  await named("fatima@tailspin.test", "فاطمة الزهراء");
  const member = { "@odata.id": `${base}/v1.0/directoryObjects/${guest.invitedUser.id}` };
  await post(`/groups/${setting("GROUP_ID")}/members/$ref`, member);

  // The account at home is deleted and made anew; its new owner comes once and is refused.
  await post(`/users/${old.id}`, undefined, "PARTNER_", "DELETE");
  await account("Jonas Lindqvist", jonas);
  await page.context().clearCookies();
  await page.goto(`${base}/myapps/${setting("TENANT_ID")}`);
  await page.getByLabel("E\u2011mail address").fill(jonas);
  await press("Next");
  await atHome();
  await page.getByRole("heading", { level: 1, name: "Your account is not the one we know" }).waitFor();
  return guest.invitedUser.id;
}

async function signIn() {
  await page.context().clearCookies();
  await page.goto(portal);
  await page.getByLabel("E\u2011mail address").fill(setting("USER_ADMIN_USER"));
  await press("Next");
  await page.getByLabel("Password").fill(setting("USER_ADMIN_PASSWORD"));
  await press("Sign in");
  await page.getByRole("heading", { level: 1, name: "Fabrikam" }).waitFor();
}

async function picture(name, path) {
  if (path !== undefined) await page.goto(`${portal}${path}`);
  await page.screenshot({ path: `${FOLDER}portal-${name}.png`, fullPage: name !== "edit" });
  console.log(`ok    portal-${name}.png`);
}

try {
  mkdirSync(FOLDER, { recursive: true });
  const guest = `/users/${await people()}`;
  await page.setViewportSize({ width: 1280, height: 900 });
  await signIn();
  await picture("home", "");
  await picture("users", "/users?type=Guest");
  await picture("profile", guest);
  await picture("edit", `${guest}/edit`);
  await picture("collaboration", "/collaboration");

  await page.goto(`${portal}/users/invite`);
  await page.getByLabel("Email", { exact: true }).fill("grace.lim@adatum.test");
  await page.getByLabel("Display name", { exact: true }).fill("Grace Lim");
  await page.getByRole("button", { name: /^Review/ }).first().click();
  await picture("invite");

  await page.goto(`${portal}${guest}/reset`);
  await picture("reset");
  await press("Reset");
  await page.getByText("Redemption status was reset.").waitFor();
  await picture("reset-done");
} catch (error) {
  complaints.push(`${error.message} (at ${new URL(page.url()).pathname})`);
} finally {
  await close();
}
for (const complaint of complaints) console.log(`FAIL  ${complaint}`);
process.exitCode = complaints.length === 0 ? 0 : 1;
