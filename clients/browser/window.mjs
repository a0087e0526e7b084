// One window of a browser, and what is demanded of every page it shows.
import { chromium } from "playwright-core";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";

const PHONE = { width: 390, height: 720 };
const DESK = { width: 1280, height: 900 };
const NARROW = { width: 320, height: 640 };
const PATIENCE = 15_000;
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/**
 * A browser that talks to the server at `base` only; whatever it complains about is added to `complaints`. Runs scripts
 * only if asked to: there are two, for passkeys and for answers to apps, and no page must need them.
 */
export async function openBrowser(base, complaints, { scripts = false } = {}) {
  const browser = await chromium.launch({
    executablePath: process.env.HOSPES_BROWSER,
    // Root needs the first; the others keep it from calling home. The certificate is not its matter here: the
    // libraries beside this folder check it.
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  const person = await browser.newContext({ ignoreHTTPSErrors: true, javaScriptEnabled: scripts, viewport: PHONE, reducedMotion: "reduce" });
  // axe is a script, so it reads a copy of each page in a window that may run scripts.
  const reader = await browser.newContext({ ignoreHTTPSErrors: true, bypassCSP: true, viewport: PHONE });
  for (const context of [person, reader]) context.setDefaultTimeout(PATIENCE);
  const servers = [base];
  person.on("request", (request) => {
    if (!servers.some((server) => request.url().startsWith(`${server}/`))) complaints.push(`asks elsewhere: ${request.url()}`);
  });
  person.on("console", (message) => {
    // The browser notes each refused form, too; those are meant.
    const meant = message.text().startsWith("Failed to load resource");
    if (["error", "warning"].includes(message.type()) && !meant) complaints.push(`console: ${message.text()}`);
  });
  const [page, copy] = [await person.newPage(), await reader.newPage()];
  return {
    page,
    /** An app the walk leads to, which may be asked as well. */
    leadsTo: (app) => servers.push(app),
    inspect: (name) => inspect(page, copy, name, complaints),
    inspectAtDesk: (name) => inspectAtDesk(page, copy, name, complaints),
    close: () => browser.close(),
  };
}

/** A guest's page: fits a phone, shows its main action without scrolling, and axe finds nothing grave. */
async function inspect(page, copy, name, complaints) {
  await page.setViewportSize(NARROW);
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (beyond > 0) complaints.push(`${name}: ${beyond} px too wide for ${NARROW.width} px`);
  await page.setViewportSize(PHONE);
  const main = page.locator("main .button.primary").first();
  const box = (await main.count()) ? await main.boundingBox() : null;
  if (box && box.y + box.height > PHONE.height) complaints.push(`${name}: the main action is out of sight`);
  await readCopy(page, copy, name, complaints);
}

/** The portal's pages: fit the narrowest phone and a desk, have their pictures taken, and axe finds nothing grave. */
async function inspectAtDesk(page, copy, name, complaints) {
  for (const size of [NARROW, DESK]) {
    await page.setViewportSize(size);
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (beyond > 0) complaints.push(`${name}: ${beyond} px too wide for ${size.width} px`);
  }
  if (process.env.HOSPES_PICTURES) {
    mkdirSync(process.env.HOSPES_PICTURES, { recursive: true });
    const file = (kind) => `${process.env.HOSPES_PICTURES}/${name.replaceAll(/[^a-z0-9]+/gi, "-")}-${kind}.png`;
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: file(colorScheme), fullPage: true });
    }
    await page.emulateMedia({ colorScheme: "light" });
    await page.setViewportSize(PHONE);
    await page.screenshot({ path: file("phone"), fullPage: true });
    await page.setViewportSize(DESK);
  }
  await readCopy(page, copy, name, complaints);
}

/** axe reads a copy of the page in both colour schemes. */
async function readCopy(page, copy, name, complaints) {
  await copy.setViewportSize(page.viewportSize());
  // The copy is to be read, not to do what its script does.
  const body = (await page.content()).replaceAll(/<script[^>]*><\/script>/g, "");
  await copy.unrouteAll();
  await copy.route("**/*", (route) =>
    route.request().isNavigationRequest() ? route.fulfill({ contentType: "text/html; charset=utf-8", body }) : route.continue(),
  );
  for (const colorScheme of ["light", "dark"]) {
    await copy.emulateMedia({ colorScheme });
    await copy.goto(page.url());
    await copy.evaluate(AXE);
    const { violations } = await copy.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
    for (const { id, impact, help, nodes } of violations) {
      if (!["serious", "critical"].includes(impact)) continue;
      complaints.push(`${name}, ${colorScheme}: ${id}, ${help}: ${nodes.map((node) => node.target.join(" ")).join("; ")}`);
    }
  }
}
