/* A chat goes on by itself: the stream says that something moved, what is new is fetched as the server
   renders it, and what is written goes without another page. Without scripts the page has a form
   and a link that loads it again. */
const log = document.getElementById("said");
if (log && log.dataset.live) {
  const base = log.dataset.live;
  const status = document.getElementById("presence");
  let isBusy = false;
  let isStale = false;
  const fetchNews = async () => {
    if (isBusy) { isStale = true; return; }
    isBusy = true;
    try {
      do {
        isStale = false;
        const answer = await fetch(`${base}/news?after=${log.children.length}`, { headers: { Accept: "text/html" } });
        if (!answer.ok) return;
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        for (const each of page.querySelectorAll("#said > li")) log.append(each);
        const now = page.getElementById("presence");
        if (now && now.innerHTML !== status.innerHTML) status.replaceChildren(...now.childNodes);
        if (page.getElementById("chat-over")) location.reload();
        log.lastElementChild?.scrollIntoView({ block: "nearest" });
      } while (isStale);
    } finally { isBusy = false; }
  };
  const stream = new EventSource(`${base}/events`);
  stream.addEventListener("moved", fetchNews);
  addEventListener("pagehide", () => stream.close());
  for (const each of document.querySelectorAll(".without-scripts")) each.remove();
  const form = document.getElementById("say");
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const box = form.elements.text;
    if (!box.value.trim()) return;
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      const body = new URLSearchParams(new FormData(form));
      const answer = await fetch(form.action, { method: "POST", body });
      if (!answer.ok) { form.submit(); return; }
      box.value = "";
      await fetchNews();
    } catch { form.submit(); } finally { button.disabled = false; box.focus(); }
  });
}
