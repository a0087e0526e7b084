// What the walks have in common: the settings of the running server, its directory API and its mailbox.

export function setting(name) {
  const value = process.env[`HOSPES_${name}`];
  if (!value) throw new Error(`HOSPES_${name} is not set: export the variables of a running development server`);
  return value;
}

export const base = setting("BASE_URL");

export async function json(url, options) {
  const answer = await fetch(url, options);
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return answer.status === 204 ? undefined : answer.json();
}

/** Posts to the directory API as the automation of the organisation whose settings begin with `whose`. */
export async function post(path, value, whose = "", method = "POST") {
  const secret = { client_id: setting(`${whose}CLIENT_ID`), client_secret: setting(`${whose}CLIENT_SECRET`) };
  const body = new URLSearchParams({ grant_type: "client_credentials", scope: `${base}/.default`, ...secret });
  const tenant = setting(`${whose}TENANT_ID`);
  const { access_token } = await json(`${base}/${tenant}/oauth2/v2.0/token`, { method: "POST", body });
  return json(`${base}/v1.0${path}`, {
    method,
    headers: { authorization: `Bearer ${access_token}`, "content-type": "application/json" },
    body: JSON.stringify(value),
  });
}

export function invite(address) {
  return post("/invitations", {
    invitedUserEmailAddress: address,
    inviteRedirectUrl: "https://myapps.microsoft.com",
    sendInvitationMessage: true,
  });
}

/** The newest code mailed to an address. */
export async function mailedCode(guest) {
  const box = setting("MAILBOX_URL");
  for (const end = Date.now() + 10_000; Date.now() < end; ) {
    const { value } = await json(`${box}?to=${encodeURIComponent(guest)}`);
    const code = value.map(({ subject }) => /^Your code: (\d{4} \d{4})$/.exec(subject)?.[1]).find(Boolean);
    if (code) return code;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`no code mailed to ${guest} after ten seconds`);
}

