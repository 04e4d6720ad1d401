// Passkeys: the browser asks for the key, the answer goes along in a hidden field. Nothing else needs this script.
{
  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");

  const withBytes = ({ publicKey }) => {
    const asked = { ...publicKey, challenge: bytes(publicKey.challenge) };
    const known = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }));
    if (asked.user) asked.user = { ...asked.user, id: bytes(asked.user.id) };
    if (asked.allowCredentials) asked.allowCredentials = known(asked.allowCredentials);
    if (asked.excludeCredentials) asked.excludeCredentials = known(asked.excludeCredentials);
    return { publicKey: asked };
  };

  const answerOf = (credential) => {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    }
    if (credential.response.getTransports) response.transports = credential.response.getTransports();
    return JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      response,
      clientExtensionResults: credential.getClientExtensionResults(),
    });
  };

  const optionsOnPage = () => JSON.parse(document.getElementById("passkey-options").textContent);

  const create = (form) => {
    const options = withBytes(optionsOnPage().creation_options);
    const alone = form.elements.passwordless?.checked;
    options.publicKey.authenticatorSelection = {
      ...options.publicKey.authenticatorSelection,
      residentKey: alone ? "required" : "discouraged",
      requireResidentKey: Boolean(alone),
      ...(alone ? { userVerification: "required" } : {}),
    };
    return navigator.credentials.create(options);
  };
  const get = () => navigator.credentials.get(withBytes(optionsOnPage().request_options));
  const login = async (form) => {
    const token = new URLSearchParams({ csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value });
    const answer = await fetch(form.action, { method: "POST", body: token });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    return navigator.credentials.get(withBytes((await answer.json()).request_options));
  };
  const ways = { create, get, login };

  const say = (form, words) => {
    const status = form.querySelector("[data-passkey-status]");
    status.textContent = words;
    status.hidden = false;
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.addEventListener("submit", async (event) => {
      if (form.elements.credential.value) return;
      event.preventDefault();
      if (!window.PublicKeyCredential) {
        say(form, "Dieser Browser kann keine Passkeys. Bitte nehmen Sie einen anderen Weg.");
        return;
      }
      try {
        form.elements.credential.value = answerOf(await ways[form.dataset.passkey](form));
      } catch {
        say(form, "Der Passkey wurde nicht bestätigt. Bitte versuchen Sie es noch einmal, oder nehmen Sie einen anderen Weg.");
        return;
      }
      form.submit();
    });
  }
}
