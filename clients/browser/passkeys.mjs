// A member makes a passkey with Chromium's own authenticator and signs in with it, by the button and out of the address
// field; without scripts the page works as before. An authenticator that is not of the server's making.
import { randomBytes } from "node:crypto";
import { base, post, setting } from "./server.mjs";

const password = "a browser's own password";

/** An authenticator in the machine, which asks nobody anything. */
async function authenticator(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable", { enableUI: false });
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      ctap2Version: "ctap2_1",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: false,
    },
  });
  const touch = (enabled) => session.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId, enabled });
  const keys = async () => (await session.send("WebAuthn.getCredentials", { authenticatorId })).credentials;
  return { touch, keys };
}

export async function walkPasskeys({ page, inspect }) {
  const on = async (heading, name) => {
    await page.getByRole("heading", { level: 1, name: heading }).waitFor();
    if (name) await inspect(name);
    console.log(`ok    ${name ?? heading}`);
  };
  const press = (name) => page.getByRole("button", { name, exact: true }).click();
  const tenant = setting("TENANT_ID");
  const address = `pk${randomBytes(4).toString("hex")}@${setting("ADMIN_USER").split("@")[1]}`;
  await post("/users", {
    accountEnabled: true, displayName: "Pat Key", mailNickname: address.split("@")[0], userPrincipalName: address, mail: address,
    passwordProfile: { password: "some other long words" },
  });
  const { touch, keys } = await authenticator(page);

  await page.context().clearCookies();
  await page.goto(`${base}/myapps/${tenant}`);
  await on("Sign in to Fabrikam", "sign-in with the button for passkeys");
  await page.getByLabel("E\u2011mail address").fill(address);
  await press("Next");
  await on("Sign in to Fabrikam");
  await page.getByLabel("Password").fill("some other long words");
  await press("Sign in");
  await on("Choose a new password", "new password");
  await page.getByLabel("New password", { exact: true }).fill(password);
  await page.getByLabel("New password, again").fill(password);
  await press("Change and sign in");
  await on(/^Fabrikam$/);
  await page.getByRole("link", { name: "Change password" }).click();
  await on("Change your password", "change password");
  await page.goBack();
  await page.getByRole("link", { name: "Passkeys" }).click();
  await on("Your passkeys", "no passkeys yet");
  await page.getByLabel("Name").fill("Chromium");
  await touch(true);
  await press("Add a passkey");
  await page.getByText("not used yet").waitFor();
  await on("Your passkeys", "a passkey");
  await touch(false);
  if ((await keys()).length !== 1) throw new Error("the authenticator holds no passkey that it finds by itself");

  const signedIn = async (way) => {
    await on(/^Fabrikam$/);
    await page.getByText(address).first().waitFor();
    console.log(`ok    signed in ${way}`);
  };
  const begin = async () => {
    await page.context().clearCookies();
    await page.goto(`${base}/myapps/${tenant}`);
  };
  await begin();
  await on("Sign in to Fabrikam");
  await touch(true);
  // The authenticator answers at once, so the address field may have signed in before the button is pressed.
  const button = page.getByRole("button", { name: "Sign in with a passkey", exact: true });
  await button.click({ timeout: 3000 }).catch(() => undefined);
  await signedIn("by the button");
  // Whoever touches it while the page offers passkeys in its field has chosen one there.
  await begin();
  await signedIn("out of the address field");
  await touch(false);

  await page.goto(`${base}/${tenant}/security/passkeys`);
  await page.getByText("last used").waitFor();
  await press("Remove Chromium");
  await page.getByText("You have none yet.").waitFor();
  await touch(true);
  await begin();
  await page.getByText("This passkey was not taken.").waitFor();
  await touch(false);
  await on("Sign in to Fabrikam", "passkey not taken");
}

/** Without scripts there is no button, and the rest is as it was. */
export async function walkWithoutScripts({ page }) {
  await page.context().clearCookies();
  await page.goto(`${base}/myapps/${setting("TENANT_ID")}`);
  await page.getByRole("button", { name: "Next", exact: true }).waitFor();
  if (await page.getByRole("button", { name: "Sign in with a passkey" }).isVisible()) {
    throw new Error("a button that does nothing is shown");
  }
  console.log("ok    no button for passkeys without scripts");
}
