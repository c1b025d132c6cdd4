/* Keys on the list and the page of a case, and who else looks at a case. All of it can be done
   without scripts: keys only put the cursor where one could go by hand, or open a link. */
const help = document.getElementById("keys");
const keys = new Map();
for (const each of document.querySelectorAll("[data-key]")) keys.set(each.dataset.key, each);
const rows = [...document.querySelectorAll("tbody th[data-lead] a")];
const opener = document.querySelector(".keys-opener");
if (opener) opener.hidden = false;

function go(target) {
  if (target.matches("a")) {
    target.click();
    return;
  }
  for (let box = target.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  const isChoice = target.matches("[type=checkbox]");
  if (isChoice) target.checked = true;
  const place = isChoice ? target.form : target.matches("summary") ? target.parentElement : null;
  const wanted = isChoice ? "textarea" : "textarea, select, input:not([type=hidden]), button";
  const field = (place && place.querySelector(wanted)) || target;
  field.focus();
  field.scrollIntoView({ block: "nearest" });
}

function step(by) {
  if (!rows.length) return;
  const here = rows.indexOf(document.activeElement);
  rows[Math.min(rows.length - 1, Math.max(0, here + by))].focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey && event.key === "Enter" && event.target.matches("textarea")) {
    event.target.form.requestSubmit();
    return;
  }
  const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "Escape" && isTyping) event.target.blur();
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "?" && help) {
    if (help.open) help.close();
    else help.showModal();
  } else if (help && help.open) return;
  else if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (keys.has(event.key)) go(keys.get(event.key));
  else return;
  event.preventDefault();
});
if (opener) {
  opener.addEventListener("click", () => help.showModal());
  help.querySelector(".keys-closer").addEventListener("click", () => help.close());
}

/* What is alike takes some looking for: it comes once the page is there. */
const alike = document.getElementById("alike");
if (alike && alike.dataset.path) {
  fetch(alike.dataset.path)
    .then((answer) => (answer.ok ? answer.text() : ""))
    .then((text) => {
      const found = new DOMParser().parseFromString(text, "text/html").getElementById("alike");
      if (found) alike.replaceWith(found);
    })
    .catch(() => {
      /* The link leads there as well. */
    });
}

const place = document.getElementById("presence");
if (place) {
  let writes = 0;
  const seen = Number(place.dataset.seen);
  document.addEventListener("input", (event) => {
    if (event.target.matches("textarea")) writes = Date.now();
  });
  const ask = async () => {
    if (document.hidden) return;
    const what = Date.now() - writes < 30000 ? "writes" : "looks";
    const body = new URLSearchParams({ form_word: place.dataset.word, what });
    try {
      const said = await fetch(place.dataset.path, { method: "POST", body });
      if (!said.ok) return;
      const found = await said.json();
      const lines = found.others.map((each) => `${each}.`);
      if (found.events > seen) lines.push("Something happened since you opened it: load it again to see.");
      place.textContent = lines.join(" ");
      place.hidden = lines.length === 0;
    } catch {
      /* The next one may come through. */
    }
  };
  ask();
  setInterval(ask, 15000);
}
