// The portal steps of the article, label by label (docs/guide/resetting.md), by a person whose settings begin with
// `HOSPES_` and `whose`; then the guest redeems with the new address and is the same person as before.
import { randomBytes } from "node:crypto";
import { base, invite, json, mailedCode, setting } from "./server.mjs";

/** The link of the newest invitation mailed to an address. */
async function mailedLink(address) {
  const box = setting("MAILBOX_URL");
  for (const end = Date.now() + 10_000; Date.now() < end; ) {
    const { value } = await json(`${box}?to=${encodeURIComponent(address)}`);
    for (const { id } of value) {
      const { text } = await json(`${box}/${id}`);
      const link = /https:\S+\/redeem\?rd=[^\s"<>]+/.exec(text)?.[0];
      if (link) return link;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`no invitation mailed to ${address} after ten seconds`);
}

/** Redeems with a mailbox, as the guest would: in cookies of its own. */
async function redeem(page, link, address) {
  await page.context().clearCookies();
  await page.goto(link);
  await page.getByRole("button", { name: "Accept invitation", exact: true }).click();
  await page.getByLabel("Code").fill(await mailedCode(address));
  await page.getByRole("button", { name: "Continue", exact: true }).click();
  await page.getByRole("button", { name: "Accept", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "You are a guest of Fabrikam" }).waitFor();
}

export function walkPortal(whose, role) {
  return async ({ page, inspectAtDesk }) => {
    const mark = randomBytes(4).toString("hex");
    const [first, second, third] = ["one", "two", "three"].map((n) => `po${mark}-${n}@adatum.test`);
    const mayEditMail = whose === "USER_ADMIN";
    const on = async (heading, name) => {
      await page.getByRole("heading", { level: 1, name: heading }).waitFor();
      if (name) await inspectAtDesk(`${name}, ${role}`);
      console.log(`ok    ${name ?? heading}, ${role}`);
    };
    const press = (name) => page.getByRole("button", { name, exact: true }).click();
    const follow = (name) => page.getByRole("link", { name, exact: true }).first().click();

    const invitation = await invite(first);
    await redeem(page, invitation.inviteRedeemUrl, first);

    await page.context().clearCookies();
    await page.goto(`${base}/portal/${setting("TENANT_ID")}`);
    await page.getByLabel("E\u2011mail address").fill(setting(`${whose}_USER`));
    await press("Next");
    await page.getByLabel("Password").fill(setting(`${whose}_PASSWORD`));
    await press("Sign in");
    await on("Fabrikam", "portal home");
    await page.getByRole("searchbox", { name: "Search users and pages" }).fill("Azure Active Directory");
    await page.keyboard.press("Enter");
    await on("Search", "portal search");
    await follow("Azure Active Directory");
    await on("Fabrikam");
    await follow("Users");
    await on("All users", "all users");
    await follow("Sign-in policy");
    await on("Sign-in policy", "sign-in policy");
    await follow("All users");
    await on("All users");
    await page.getByRole("searchbox", { name: "Search this list" }).fill(first);
    await page.keyboard.press("Enter");
    await on("All users");
    await page.getByRole("rowheader").getByRole("link").first().click();
    await on(/po/, "profile");

    await follow("Edit properties");
    await on("Edit properties", "edit properties");
    const email = page.getByLabel("Email", { exact: true });
    if (mayEditMail) {
      await email.fill(second);
    } else if ((await email.getAttribute("readonly")) === null) {
      throw new Error("a helpdesk person may type into Email");
    }
    await press("Add email");
    await on("Other emails", "other emails");
    await press("Add");
    await page.getByLabel("Email 1").fill(mayEditMail ? third : second);
    await press("Save");
    await on("Edit properties");
    await press("Save");
    await on(/po/, "profile, saved");
    await page.getByText("The properties were saved.").waitFor();

    await follow("Manage (resend invitation / reset status)");
    await on("Redemption status", "redemption status");
    await page.getByLabel("Yes").check();
    await press("Continue");
    await on("Reset invitation status?", "reset invitation status");
    await page.getByLabel(second).check();
    await press("Yes");
    await on(/po/, "after the reset");
    await page.getByText("Redemption status was reset.").waitFor();

    await redeem(page, await mailedLink(second), second);
    await page.goto(`${setting("SAMPLE_APP_URL")}/sign-in`);
    await page.getByRole("heading", { level: 1, name: /^Welcome to the sample app/ }).waitFor();
    const oid = await page.getByRole("row", { name: /^oid / }).first().getByRole("cell").textContent();
    if (oid !== invitation.invitedUser.id) throw new Error(`the app was told ${oid}, invited was ${invitation.invitedUser.id}`);
    console.log(`ok    the same person with another address, ${role}`);
  };
}
