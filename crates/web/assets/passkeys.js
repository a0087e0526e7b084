// Makes and uses passkeys (WebAuthn level 3): the one thing of Hospes that does not work without a script. It shows a form that is
// hidden without it, asks the server what to ask the browser, and posts the answer as the form's field "credential".
(() => {
  "use strict";

  const form = document.querySelector("form[data-passkey]");
  if (!form || !window.PublicKeyCredential) return;
  const using = form.dataset.passkey === "use";
  const answer = form.elements.namedItem("credential");
  const problem = form.querySelector("[data-passkey-problem]");
  let offer = null;

  const bytes = (text) => {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
  };
  const text = (buffer) => {
    const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
    return btoa(letters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };
  const readable = (list) => (list || []).map((known) => ({ ...known, id: bytes(known.id) }));

  // What the server wants the browser to be asked. Each time something new: an answer is good once.
  const options = async () => {
    const token = new URLSearchParams({ form_token: form.elements.namedItem("form_token").value });
    const reply = await fetch(form.dataset.options, { method: "POST", body: token, credentials: "same-origin" });
    if (!reply.ok) throw new Error("the server did not say what to ask");
    const { publicKey } = await reply.json();
    publicKey.challenge = bytes(publicKey.challenge);
    publicKey.allowCredentials = readable(publicKey.allowCredentials);
    publicKey.excludeCredentials = readable(publicKey.excludeCredentials);
    if (publicKey.user) publicKey.user.id = bytes(publicKey.user.id);
    return publicKey;
  };

  const said = (credential) => {
    const { response } = credential;
    const parts = { clientDataJSON: text(response.clientDataJSON) };
    if (using) {
      parts.authenticatorData = text(response.authenticatorData);
      parts.signature = text(response.signature);
      parts.userHandle = response.userHandle ? text(response.userHandle) : null;
    } else {
      parts.attestationObject = text(response.attestationObject);
      parts.transports = response.getTransports ? response.getTransports() : [];
    }
    return JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      response: parts,
      clientExtensionResults: credential.getClientExtensionResults(),
    });
  };

  const post = (credential) => {
    answer.value = said(credential);
    form.submit();
  };

  const ask = async () => {
    if (offer) offer.abort();
    if (problem) problem.hidden = true;
    try {
      const publicKey = await options();
      const asked = { publicKey };
      post(using ? await navigator.credentials.get(asked) : await navigator.credentials.create(asked));
    } catch {
      if (problem) problem.hidden = false;
    }
  };

  // The browser offers passkeys where it offers names, until the button is pressed.
  const offerInField = async () => {
    const can = window.PublicKeyCredential.isConditionalMediationAvailable;
    if (!can || !(await window.PublicKeyCredential.isConditionalMediationAvailable())) return;
    const mine = new AbortController();
    offer = mine;
    try {
      const publicKey = await options();
      if (mine.signal.aborted) return;
      post(await navigator.credentials.get({ publicKey, mediation: "conditional", signal: mine.signal }));
    } catch {
      // Nobody chose one: the page works without.
    }
  };

  for (const without of document.querySelectorAll("[data-passkey-without]")) without.hidden = true;
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    if (answer.value) return;
    event.preventDefault();
    ask();
  });
  if (using && document.querySelector("[autocomplete~=webauthn]")) offerInField();
})();
