"use strict";

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
