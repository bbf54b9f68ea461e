// What every page shares: the theme's button, the search field with its suggestions, tables that sort.
"use strict";
(() => {
  const root = document.documentElement;
  const button = document.getElementById("theme");
  button.hidden = false;
  const say = () => button.setAttribute("aria-pressed", String(root.dataset.theme === "dark"));
  say();
  button.addEventListener("click", () => {
    const dark = root.dataset.theme !== "dark";
    if (dark) root.dataset.theme = "dark"; else delete root.dataset.theme;
    try { localStorage.setItem("kg-theme", dark ? "dark" : "light"); } catch { /* not kept */ }
    say();
  });
})();
