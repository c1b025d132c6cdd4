/* What goes on by itself is looked at again every two seconds. Without scripts a link does it. */
const look = async () => {
  const shown = document.getElementById("progress");
  if (!shown || !shown.dataset.goesOn) return;
  try {
    const answer = await fetch(location.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const newer = page.getElementById("progress");
    if (newer && newer.dataset.goesOn) shown.replaceWith(newer);
    else location.reload();
  } catch {
    /* The next one may come through. */
  }
};
setInterval(look, 2000);
