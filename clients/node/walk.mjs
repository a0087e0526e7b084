// Walks the pages of a sign-in as a person would, without scripts: fills in what is asked, types the code from the
// mail, presses the button that the page wants pressed, until the browser is sent away from the server.
import { base, setting } from "./suite.mjs";

const MOST_STEPS = 40;

/** One window of one person, with its own cookies. */
export class Browser {
  #cookies = new Map();

  /** Opens an address and follows redirects: to a page, or to an address elsewhere, which is not opened. */
  async open(url, form) {
    for (let step = 0; step < MOST_STEPS; step += 1) {
      const headers = {
        accept: "text/html",
        cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; "),
        "sec-fetch-site": form ? "same-origin" : "none",
        "sec-fetch-mode": "navigate",
        "sec-fetch-dest": "document",
      };
      if (form) headers.origin = new URL(base).origin;
      const method = form ? "POST" : "GET";
      const answer = await fetch(url, { method, headers, body: form, redirect: "manual" });
      this.#keep(answer.headers.getSetCookie());
      const location = answer.headers.get("location");
      if (answer.status < 300 || answer.status > 399 || !location) {
        return { url, status: answer.status, html: await answer.text() };
      }
      url = new URL(location, url).href;
      form = undefined;
      if (new URL(url).origin !== new URL(base).origin) return { away: new URL(url) };
    }
    throw new Error("the pages send the browser round in circles");
  }

  #keep(lines) {
    for (const line of lines) {
      const [pair, ...attributes] = line.split(";").map((part) => part.trim());
      const [name, value] = [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)];
      if (attributes.some((attribute) => /^max-age=0$/i.test(attribute))) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
  }
}

/** The words of an attribute or a text, with the few character references that occur. */
function unescaped(text) {
  return text
    .replace(/&#x([0-9a-f]+);/gi, (_, hex) => String.fromCodePoint(parseInt(hex, 16)))
    .replace(/&#([0-9]+);/g, (_, digits) => String.fromCodePoint(Number(digits)))
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

function attribute(tag, name) {
  const found = new RegExp(`\\s${name}=(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, "i").exec(tag);
  return found ? unescaped(found[1] ?? found[2] ?? found[3]) : undefined;
}

const isMain = (words) => words.split(/\s+/).includes("primary");

/** The link drawn as the button that the page wants pressed. */
function mainLink(html) {
  const tag = [...html.matchAll(/<a\b[^>]*>/gi)].find(([tag]) => isMain(attribute(tag, "class") ?? ""));
  return tag && attribute(tag[0], "href");
}

/** The forms of a page: where each goes, its fields as they are, and whether its button is the main one. */
function forms(html) {
  return [...html.matchAll(/<form\b[^>]*>([\s\S]*?)<\/form>/gi)].map(([whole, inside]) => {
    const fields = new URLSearchParams();
    for (const [tag] of inside.matchAll(/<input\b[^>]*>/gi)) {
      const name = attribute(tag, "name");
      if (name) fields.set(name, attribute(tag, "value") ?? "");
    }
    const buttons = [...inside.matchAll(/<button\b[^>]*>/gi)].map(([tag]) => attribute(tag, "class") ?? "");
    const main = buttons.some(isMain);
    const get = (attribute(whole, "method") ?? "get").toLowerCase() === "get";
    return { action: attribute(whole, "action") ?? "", get, fields, main };
  });
}

async function json(url) {
  return (await fetch(url)).json();
}

/** The newest mail's number, so that a later one can be told from it. */
export async function newestMail() {
  const { value } = await json(setting("MAILBOX_URL"));
  return Math.max(0, ...value.map((mail) => Number(mail.id)));
}

/** The code mailed to this address after the mail with that number. */
async function mailedCode(recipient, since) {
  const box = setting("MAILBOX_URL");
  for (const end = Date.now() + 10_000; Date.now() < end; ) {
    const { value } = await json(`${box}?to=${encodeURIComponent(recipient)}`);
    const mail = value.find(({ id, subject }) => Number(id) > since && subject.startsWith("Your code"));
    if (mail) {
      const { text } = await json(`${box}/${mail.id}`);
      const code = /^\s*(\d[\d ]{6,}\d)\s*$/m.exec(text)?.[1];
      if (!code) throw new Error(`no code in the mail: ${text}`);
      return code;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`no code mailed to ${recipient} after ten seconds`);
}

function shown(page) {
  const heading = /<h1[^>]*>([\s\S]*?)<\/h1>/i.exec(page.html)?.[1] ?? page.html.slice(0, 200);
  return `"${heading.replace(/<[^>]*>/g, "").trim()}" (${page.status}, ${new URL(page.url).pathname})`;
}

/**
 * Presses what a page wants pressed and types what it asks for, until the browser is sent elsewhere or a page asks for
 * nothing more: that address or that page.
 */
export async function walkThrough(browser, url, { name, password, ...more } = {}) {
  const since = await newestMail();
  const answers = { code: () => mailedCode(name, since), password: () => password, address: () => name, name: () => name };
  for (const [field, value] of Object.entries(more)) answers[field] = () => value;
  const typed = new Set();
  let page = await browser.open(url);
  for (let step = 0; step < MOST_STEPS; step += 1) {
    if (page.away) return page;
    const all = forms(page.html);
    const asks = Object.keys(answers).find((field) => all.some((form) => form.fields.has(field)));
    const form = asks ? all.find(({ fields }) => fields.has(asks)) : all.find(({ main }) => main);
    const link = form ? undefined : mainLink(page.html);
    if (link) {
      page = await browser.open(new URL(link, page.url).href);
      continue;
    }
    if (!form || typed.has(asks)) return page;
    if (asks) {
      typed.add(asks);
      form.fields.set(asks, await answers[asks]());
    }
    const action = new URL(form.action, page.url).href;
    page = form.get ? await browser.open(`${action}?${form.fields}`) : await browser.open(action, form.fields);
  }
  throw new Error("the walk does not come to an end");
}

/** Signs this person in from that address on; the answer that an app elsewhere gets. */
export async function signIn(url, person, browser = new Browser()) {
  const page = await walkThrough(browser, url, person);
  if (!page.away) throw new Error(`the sign-in of ${person.name} ends at ${shown(page)}`);
  return page.away;
}
