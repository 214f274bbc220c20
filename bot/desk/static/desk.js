"use strict";

// A key presses the button that names it, where no field has the focus.
(() => {
  const FIELDS = "input, select, textarea, [contenteditable]";
  const named = (key) => document.querySelector(`#review [aria-keyshortcuts="${CSS.escape(key)}"]:not(:disabled)`);
  let pressed = false;

  addEventListener("keydown", (event) => {
    const bare = !event.ctrlKey && !event.altKey && !event.metaKey && (event.key === "?" || !event.shiftKey);
    if (pressed || !bare || event.repeat || event.isComposing || event.target.closest?.(FIELDS)) return;
    const meant = event.key.length === 1 ? named(event.key.toLowerCase()) : null;
    if (!meant) return;
    event.preventDefault();
    pressed = meant.matches("button");
    if (meant.matches("summary")) meant.focus();
    meant.click();
  });
  addEventListener("pageshow", () => { pressed = false; });
})();
