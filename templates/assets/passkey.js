// Passkeys. <form data-passkey="get" data-options="/sign-in/passkey/options"> has hidden fields "ceremony" and
// "credential", a hidden <button type="button" data-passkey-start>, and a <p role="alert">. The button asks the server
// for a challenge, the browser for its answer, and sends the form. Without this the rest of the page still works.
// With a hidden field "secret" too, it asks the authenticator for a secret beside the signature (extension "prf"); the
// form's data-no-secret says what to do where it has none to give.

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function fromServer(options) {
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  for (const list of [options.allowCredentials, options.excludeCredentials]) {
    for (const known of list ?? []) known.id = bytes(known.id);
  }
  const prf = options.extensions?.prf;
  for (const asked of [prf?.eval, ...Object.values(prf?.evalByCredential ?? {})]) {
    if (asked) asked.first = bytes(asked.first);
  }
  // Some authenticators give secrets only for passkeys that were made with that in mind.
  if (options.user) options.extensions = { ...options.extensions, prf: {} };
  return options;
}

function toServer(credential) {
  const { response } = credential;
  const answer = { clientDataJSON: text(response.clientDataJSON) };
  if (response.attestationObject) {
    answer.attestationObject = text(response.attestationObject);
    answer.transports = response.getTransports?.() ?? [];
  } else {
    answer.authenticatorData = text(response.authenticatorData);
    answer.signature = text(response.signature);
    answer.userHandle = response.userHandle ? text(response.userHandle) : null;
  }
  return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response: answer, extensions: {} });
}

async function run(form, say) {
  const fields = new URLSearchParams(new FormData(form));
  const answer = await fetch(form.dataset.options, { method: "POST", body: fields, credentials: "same-origin" });
  if (answer.status === 409) return say(await answer.text());
  // Signed out, or asked to confirm first: the page itself knows the way.
  if (!answer.ok || answer.redirected) return location.reload();
  const { ceremony, options } = await answer.json();
  const request = { publicKey: fromServer(options.publicKey) };
  const credential = await (form.dataset.passkey === "create" ? navigator.credentials.create(request) : navigator.credentials.get(request));
  if (!credential) throw new DOMException("none", "NotAllowedError");
  const { secret } = form.elements;
  if (secret) {
    const given = credential.getClientExtensionResults().prf?.results?.first;
    if (!given) return say(form.dataset.noSecret);
    secret.value = text(given);
  }
  form.elements.ceremony.value = ceremony;
  form.elements.credential.value = toServer(credential);
  form.submit();
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const button = form.querySelector("[data-passkey-start]");
  const status = form.querySelector("[role=alert]");
  const say = (words) => { status.textContent = words; };
  if (!window.PublicKeyCredential) {
    say("This browser has no passkeys. Use another browser, or another way.");
    continue;
  }
  button.hidden = false;
  button.addEventListener("click", async () => {
    say("");
    button.disabled = true;
    try {
      await run(form, say);
    } catch (error) {
      say(error.name === "InvalidStateError"
        ? "This device has a passkey for you already."
        : "Nothing came back from the passkey: it was cancelled, took too long, or is not one for this site. Try again.");
    }
    button.disabled = false;
  });
}
