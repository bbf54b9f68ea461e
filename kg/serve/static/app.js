// What every page shares: the theme's button, fields that suggest works, tables that sort, texts that are copied.
"use strict";
(() => {
  const root = document.documentElement;

  // ---- light and dark
  const button = document.getElementById("theme");
  const names = { dark: button.textContent, light: button.dataset.light };
  const say = () => { button.textContent = names[root.dataset.theme === "dark" ? "light" : "dark"]; };
  button.hidden = false;
  say();
  button.addEventListener("click", () => {
    const dark = root.dataset.theme !== "dark";
    if (dark) root.dataset.theme = "dark"; else delete root.dataset.theme;
    try { localStorage.setItem("kg-theme", dark ? "dark" : "light"); } catch { /* not kept */ }
    say();
  });

  // ---- suggestions: every input with data-suggest; data-pick makes a choice fill the field instead of opening the page
  let fields = 0;
  for (const input of document.querySelectorAll("input[data-suggest]")) {
    const list = document.createElement("ul");
    list.className = "suggestions";
    list.id = `suggestions-${++fields}`;
    list.role = "listbox";
    list.setAttribute("aria-label", input.getAttribute("aria-label") || input.labels?.[0]?.textContent.trim() || "");
    list.hidden = true;
    const box = document.createElement("span");
    box.className = "suggesting";
    input.replaceWith(box);
    box.append(input, list);
    for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list", autocomplete: "off" })) input.setAttribute(name, value);
    let at = -1, asked = 0, timer = 0, rows = [];
    const close = () => { list.hidden = true; at = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
    const mark = (k) => {
      at = (k + rows.length) % rows.length;
      [...list.children].forEach((item, n) => item.setAttribute("aria-selected", String(n === at)));
      input.setAttribute("aria-activedescendant", `${list.id}-${at}`);
      list.children[at].scrollIntoView({ block: "nearest" });
    };
    const pick = (row) => {
      if (input.dataset.pick === undefined && row.href) { location.href = row.href; return; }
      input.value = row.id;
      input.title = row.title || "";
      close();
    };
    const show = (found) => {
      rows = [...(input.dataset.pick === undefined ? [] : found.eras.map((id) => ({ id, title: "", authors: "", year: null }))), ...found.rows];
      list.replaceChildren(...rows.map((row, k) => {
        const item = document.createElement("li");
        item.role = "option";
        item.id = `${list.id}-${k}`;
        item.dir = "auto";
        const title = document.createElement("b");
        title.textContent = row.title || row.id;
        const rest = document.createElement("span");
        rest.textContent = [row.authors, row.year].filter(Boolean).join(" ");
        item.append(title, " ", rest);
        item.addEventListener("mousedown", (event) => { event.preventDefault(); pick(row); });
        return item;
      }));
      list.hidden = !rows.length;
      input.setAttribute("aria-expanded", String(!list.hidden));
      at = -1;
    };
    const ask = async () => {
      const text = input.value.trim(), mine = ++asked;
      if (text.length < 2) { close(); return; }
      const address = new URL(input.dataset.suggest, location.href);
      address.searchParams.set("q", text);
      try {
        const answer = await fetch(address);
        if (answer.ok && mine === asked && document.activeElement === input) show(await answer.json());
      } catch { close(); } // the server is gone: the form still says so when it is sent
    };
    input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 90); });
    input.addEventListener("blur", close);
    input.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { if (!list.hidden) event.preventDefault(); close(); return; } // else the browser empties the field
      if (list.hidden || !rows.length) return;
      if (event.key === "ArrowDown") { event.preventDefault(); mark(at + 1); }
      else if (event.key === "ArrowUp") { event.preventDefault(); mark(at < 0 ? rows.length - 1 : at - 1); }
      else if (event.key === "Enter" && at >= 0) { event.preventDefault(); pick(rows[at]); }
    });
  }
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    document.getElementById("find")?.focus();
  });

  // ---- tables of class sortable: a heading sorts, numbers by value, blanks last
  const value = (cell) => cell.dataset.value ?? cell.textContent.trim();
  const number = (text) => { const plain = text.replace(/[,\s%]/g, ""); return plain !== "" && Number.isFinite(Number(plain)) ? Number(plain) : null; };
  for (const table of document.querySelectorAll("table.sortable")) {
    const body = table.tBodies[0];
    if (!body || body.rows.length < 2) continue;
    [...table.tHead.rows[0].cells].forEach((head, k) => {
      if (head.querySelector("a, button")) return; // sorted by the server
      const by = document.createElement("button");
      by.type = "button";
      by.className = "by";
      by.append(...head.childNodes);
      head.append(by);
      by.addEventListener("click", () => {
        const up = head.getAttribute("aria-sort") !== "ascending";
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const keyed = [...body.rows].map((row) => [value(row.cells[k]), row]);
        const numeric = keyed.every(([text]) => text === "" || number(text) !== null);
        const order = numeric ? ([a], [b]) => number(a) - number(b) : ([a], [b]) => a.localeCompare(b, undefined, { numeric: true });
        const full = keyed.filter(([text]) => text !== "").sort(order);
        if (!up) full.reverse();
        body.append(...full.map(([, row]) => row), ...keyed.filter(([text]) => text === "").map(([, row]) => row));
      });
    });
  }

  // ---- a button with data-copy copies the text of what it names
  for (const copy of document.querySelectorAll("button[data-copy]")) {
    if (!navigator.clipboard) continue;
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      const said = copy.textContent;
      await navigator.clipboard.writeText(document.getElementById(copy.dataset.copy).textContent);
      copy.textContent = copy.dataset.done;
      setTimeout(() => { copy.textContent = said; }, 1500);
    });
  }
})();
