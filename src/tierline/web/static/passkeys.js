/* Asks this device for a passkey, and puts its answer into the form that posed the question. */
"use strict";

const form = document.querySelector("form[data-passkey]");
const said = form.querySelector("[data-said]");
const button = form.querySelector("button");

const SENTENCES = {
  NotAllowedError: said.dataset.notChosen,
  InvalidStateError: said.dataset.held,
  SecurityError: said.dataset.elsewhere,
};

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function described(list) {
  return (list ?? []).map((each) => ({ ...each, id: bytes(each.id) }));
}

async function created(stated) {
  const user = { ...stated.user, id: bytes(stated.user.id) };
  const excludeCredentials = described(stated.excludeCredentials);
  const publicKey = { ...stated, user, excludeCredentials, challenge: bytes(stated.challenge) };
  const made = await navigator.credentials.create({ publicKey });
  return answer(made, { attestationObject: text(made.response.attestationObject) });
}

async function shown(stated) {
  const allowCredentials = described(stated.allowCredentials);
  const publicKey = { ...stated, allowCredentials, challenge: bytes(stated.challenge) };
  const found = await navigator.credentials.get({ publicKey });
  const { authenticatorData, signature, userHandle } = found.response;
  return answer(found, {
    authenticatorData: text(authenticatorData),
    signature: text(signature),
    userHandle: userHandle ? text(userHandle) : null,
  });
}

function answer(credential, response) {
  const clientDataJSON = text(credential.response.clientDataJSON);
  const id = text(credential.rawId);
  return { id, rawId: id, type: credential.type, response: { ...response, clientDataJSON } };
}

async function ask() {
  said.textContent = "";
  button.disabled = true;
  try {
    const stated = JSON.parse(form.dataset.options);
    const made = await (form.dataset.passkey === "add" ? created(stated) : shown(stated));
    form.elements.answer.value = JSON.stringify(made);
    form.submit();
  } catch (error) {
    said.textContent = SENTENCES[error.name] ?? said.dataset.failed;
    button.disabled = false;
  }
}

if (window.PublicKeyCredential) {
  button.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  if (!("waits" in form.dataset)) ask();
} else {
  said.textContent = said.dataset.none;
}
