// Passkeys: the browser's part. What the device answers is posted through an ordinary form.
const able = window.PublicKeyCredential && PublicKeyCredential.parseCreationOptionsFromJSON && PublicKeyCredential.parseRequestOptionsFromJSON;

async function options(path, fields) {
  const answer = await fetch(path, { method: "POST", headers: { accept: "application/json" }, body: new URLSearchParams(fields) });
  if (answer.redirected) { // the session ended meanwhile: to its sign-in page
    location.assign(answer.url);
    return new Promise(() => {});
  }
  if (!answer.ok) throw Object.assign(new Error(`${path}: ${answer.status}`), { status: answer.status });
  return answer.json();
}

const asking = {
  signin: async () => navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(await options("/compte/cles/options-connexion", {})) }),
  create: async form => navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(await options("/compte/cles/options-creation", { PasskeyPassword: form.elements.PasskeyPassword.value })) }),
};

// Some password managers answer without toJSON().
function toJson(credential) {
  if (typeof credential.toJSON === "function") { try { return JSON.stringify(credential); } catch { /* built by hand below */ } }
  const text = buffer => buffer && btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const r = credential.response;
  return JSON.stringify({
    id: credential.id, rawId: text(credential.rawId), type: credential.type, authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: { attestationObject: text(r.attestationObject), authenticatorData: text(r.authenticatorData ?? r.getAuthenticatorData?.()), clientDataJSON: text(r.clientDataJSON), signature: text(r.signature), userHandle: text(r.userHandle), transports: r.getTransports?.() },
  });
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!able) continue;
  form.hidden = false;
  document.querySelector("[data-no-passkey]")?.remove();
  const error = form.querySelector("[data-passkey-error]"), password = form.querySelector("[data-passkey-password]");
  form.addEventListener("submit", async event => {
    event.preventDefault();
    error.hidden = true;
    if (password) password.hidden = true;
    try {
      form.querySelector("[name=Credential]").value = toJson(await asking[form.dataset.passkey](form));
      if (form.elements.Remember) form.elements.Remember.disabled = !document.querySelector("[data-remember]").checked; // one choice for both ways in
      if (form.elements.PasskeyPassword) form.elements.PasskeyPassword.value = ""; // it was asked for the challenge, and is sent once
      form.submit();
    } catch (refused) {
      console.warn(refused);
      (password && refused.status === 422 ? password : error).hidden = false;
    }
  });
}
