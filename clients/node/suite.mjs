// Runs checks one after the other and prints a line for each.
import { isDeepStrictEqual, inspect } from "node:util";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";

/** A variable of the development server's env file. */
export function setting(name) {
  const value = process.env[`HOSPES_${name}`];
  if (!value) {
    console.error(`HOSPES_${name} is not set: export the variables of a running development server`);
    process.exit(1);
  }
  return value;
}

export const base = setting("BASE_URL");
export const tenant = setting("TENANT_ID");

/** What the names of this run begin with: runs against one server may follow each other. */
export const run = `js${randomBytes(4).toString("hex")}`;

/** An address nobody had before this run. */
export const address = (name, domain = "adatum.test") => `${run}-${name}@${domain}`;

/** Fails unless both are equal. */
export function same(found, wanted, what = "value") {
  if (!isDeepStrictEqual(found, wanted)) {
    throw new Error(`${what}: wanted ${inspect(wanted)}, found ${inspect(found)}`);
  }
}

/** Fails unless the condition holds. */
export function ok(condition, what) {
  if (!condition) throw new Error(what);
}

/** Runs what must fail, and gives its error. */
export async function refused(call) {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new Error("it was not refused");
}

const checks = [];

/** Registers a check; they run in the order in which they are written. */
export function check(name, work) {
  checks.push({ name, work });
}

function version(library) {
  const manifest = new URL(`./node_modules/${library}/package.json`, import.meta.url);
  return `${library} ${JSON.parse(readFileSync(manifest, "utf8")).version}`;
}

/** Runs all checks, also after a failed one, and sets the exit code. */
export async function runAll() {
  const libraries = ["@azure/msal-node", "@azure/identity", "@microsoft/microsoft-graph-client",
    "@microsoft/msgraph-sdk", "openid-client", "jose"];
  console.log([`node ${process.versions.node}`, ...libraries.map(version)].join(", "));
  let passed = 0;
  for (const { name, work } of checks) {
    const start = performance.now();
    try {
      await work();
      passed += 1;
      console.log(`ok    ${name} (${Math.round(performance.now() - start)} ms)`);
    } catch (error) {
      console.log(`FAIL  ${name}\n      ${error?.name}: ${error?.message ?? inspect(error)}`);
    }
  }
  console.log(`${passed} of ${checks.length} checks passed`);
  process.exitCode = passed === checks.length ? 0 : 1;
}
