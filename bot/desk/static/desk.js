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

/* The picture of who talks and who links: the dot that is pointed at or focused is named beside it, one dot is reached
   by Tab, and the arrows lead to the next one in their direction. */
function nameDots(svg) {
  const dots = Array.from(svg.querySelectorAll("a.dot"));
  if (!dots.length) return;
  const made = (name, to) => to.appendChild(document.createElementNS("http://www.w3.org/2000/svg", name));
  const tag = made("g", svg), box = made("rect", tag), words = made("text", tag);
  const [, , width] = svg.getAttribute("viewBox").split(" ").map(Number);
  tag.setAttribute("class", "tag");
  tag.setAttribute("aria-hidden", "true");
  words.setAttribute("class", "word");
  for (const dot of dots) dot.querySelector("title")?.remove();
  const place = (dot) => { const at = dot.getBBox(); return { x: at.x + at.width / 2, y: at.y + at.height / 2, up: at.height / 2 }; };
  const show = (dot) => {
    tag.removeAttribute("display");
    words.textContent = dot.getAttribute("aria-label");
    let length = words.getBBox().width;
    while (length > width - 24 && words.textContent.length > 20) {
      words.textContent = words.textContent.slice(0, -8).trimEnd() + "…";
      length = words.getBBox().width;
    }
    const at = place(dot), left = Math.min(Math.max(8, at.x - length / 2), width - length - 8);
    const top = at.y - at.up - 32 > 4 ? at.y - at.up - 32 : at.y + at.up + 8;
    const set = (what, facts) => { for (const [name, value] of Object.entries(facts)) what.setAttribute(name, value); };
    set(words, { x: left, y: top + 17 });
    set(box, { x: left - 6, y: top, width: length + 12, height: 25, rx: 4 });
  };
  const hide = () => tag.setAttribute("display", "none");
  const settle = (chosen) => { for (const dot of dots) dot.setAttribute("tabindex", dot === chosen ? "0" : "-1"); };
  const next = (dot, right, down) => {
    const from = place(dot);
    const far = dots.filter((other) => other !== dot).map((other) => {
      const to = place(other), x = to.x - from.x, y = to.y - from.y;
      return { other, ahead: right * x + down * y, aside: Math.abs(right ? y : x) };
    }).filter((one) => one.ahead > 0.5);
    far.sort((a, b) => a.ahead + 2 * a.aside - b.ahead - 2 * b.aside);
    return far[0]?.other;
  };
  const ways = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  for (const dot of dots) {
    dot.addEventListener("pointerenter", () => show(dot));
    dot.addEventListener("pointerleave", hide);
    dot.addEventListener("focus", () => { settle(dot); show(dot); });
    dot.addEventListener("blur", hide);
    dot.addEventListener("keydown", (event) => {
      const other = ways[event.key] && next(dot, ...ways[event.key]);
      if (ways[event.key]) event.preventDefault();
      other?.focus();
    });
  }
  hide();
  settle(dots[dots.length - 1]);
}
for (const svg of document.querySelectorAll("svg[data-names]")) nameDots(svg);

// Rules: a slider and its field are one bound; only what was moved is asked for, and the address tells it.
(() => {
  const field = (slide) => document.getElementById(slide.dataset.of);
  const slide = (typed) => document.querySelector(`.slide[data-of="${typed.id}"]`);
  const isMoved = (typed) => typed.value !== "" && Number(typed.value) !== Number(typed.dataset.now);

  const draw = (typed) => {
    const range = slide(typed), box = range.closest(".drawn"), item = range.closest(".slider");
    const at = Math.min(Math.max((Number(typed.value) / Number(range.max)) * 100, 0), 100);
    const least = box.dataset.end === "at_least";
    box.querySelector(".at").setAttribute("d", `M${at} 0v40`);
    box.querySelector(".within").setAttribute("x", least ? at : 0);
    box.querySelector(".within").setAttribute("width", least ? 100 - at : at);
    item.classList.toggle("is-moved", isMoved(typed));
  };

  const moves = (form) => {
    const told = new URLSearchParams();
    const profile = form.querySelector("input[name=profile]");
    if (profile) told.append("profile", profile.value);
    for (const typed of form.querySelectorAll(".typed input")) {
      if (!isMoved(typed)) continue;
      told.append("move", `${typed.name}|${Number((Number(typed.value) / Number(typed.dataset.by)).toFixed(4))}`);
    }
    return told;
  };

  document.addEventListener("input", (event) => {
    const one = event.target;
    if (one.matches(".slide")) {
      field(one).value = one.value;
      draw(field(one));
    } else if (one.matches(".slider .typed input")) {
      slide(one).value = one.value;
      draw(one);
    }
  });
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form.bounds");
    if (!form) return;
    const told = moves(form).toString();
    history.replaceState(history.state, "", form.getAttribute("action") + (told ? `?${told}` : ""));
  });
  document.addEventListener("formdata", (event) => {
    if (!event.target.matches("form.bounds")) return;
    const told = moves(event.target);
    for (const name of [...event.formData.keys()]) event.formData.delete(name);
    for (const [name, value] of told) event.formData.append(name, value);
  });
})();

// What is not ready yet says after how many seconds it is looked at again.
(() => {
  const soon = document.querySelector("[data-again]")?.dataset.again;
  if (soon) setTimeout(() => location.reload(), Number(soon) * 1000);
})();
