// Completion of names, and tables that can be sorted: both only help, every page works without them.
"use strict";

function complete(input) {
  const list = document.getElementById(input.getAttribute("list"));
  let latest = 0;
  input.addEventListener("input", async () => {
    const asked = ++latest;
    const text = input.value.trim();
    if (text.length < 2) return list.replaceChildren();
    const answer = await fetch("/complete?" + new URLSearchParams({ q: text }));
    if (!answer.ok || asked !== latest) return;
    const names = await answer.json();
    list.replaceChildren(...names.map((found) => {
      const option = document.createElement("option");
      option.value = found.name;
      return option;
    }));
  });
}

function sortable(table) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, at) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const order = new Intl.Collator("en", { numeric: true }).compare;
      const text = (row) => row.cells[at].textContent.trim();
      const rows = [...body.rows].sort((a, b) => order(text(a), text(b)));
      body.append(...(down ? rows.reverse() : rows));
    });
  });
}

document.querySelectorAll("[data-complete]").forEach(complete);
document.querySelectorAll("table[data-sort]").forEach(sortable);
