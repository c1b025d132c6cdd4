/* The key / opens the search box of the bar and puts the cursor into it, unless somebody is typing.
   Without scripts the box is opened as every other menu. */
const box = document.getElementById("shell-search");
if (box) {
  for (const hint of document.querySelectorAll(".with-scripts")) hint.hidden = false;
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    box.closest("details").open = true;
    box.focus();
  });
}
