/* The theme of a report: that of the system until the reader chooses. */
"use strict";
const prefersDark = matchMedia("(prefers-color-scheme: dark)"), root = document.documentElement, button = document.getElementById("theme");
let chosen = "";
if (document.querySelector(".bar")) try { chosen = localStorage.getItem("kg-theme") ?? ""; } catch { /* not kept: the system's then */ }
function theme() {
  root.dataset.theme = chosen || (prefersDark.matches ? "dark" : "light");
  button.setAttribute("aria-pressed", String(root.dataset.theme === "dark"));
}
button.onclick = () => { chosen = root.dataset.theme === "dark" ? "light" : "dark"; theme(); };
prefersDark.addEventListener("change", theme);
let before = "";
addEventListener("beforeprint", () => { before = root.dataset.theme; root.dataset.theme = "light"; document.querySelectorAll("details").forEach((one) => { one.open = true; }); });
addEventListener("afterprint", () => { root.dataset.theme = before; });
theme();
root.dataset.ready = "";
