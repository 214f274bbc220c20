"use strict";
for (const head of document.querySelectorAll("th[data-sort]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...head.childNodes);
  head.append(button);
  button.addEventListener("click", () => {
    const table = head.closest("table"), body = table.tBodies[0], place = head.cellIndex;
    const number = head.dataset.sort === "number";
    const up = head.hasAttribute("aria-sort") ? head.getAttribute("aria-sort") === "descending" : !number;
    const of = (row) => row.cells[place].dataset.key;
    const rows = Array.from(body.rows).sort((a, b) =>
      (number ? of(a) - of(b) : of(a) < of(b) ? -1 : of(a) > of(b) ? 1 : 0) * (up ? 1 : -1));
    for (const other of table.querySelectorAll("th")) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    body.append(...rows);
  });
}
