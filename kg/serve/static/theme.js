// Before anything is drawn: the theme that was chosen, else the system's.
"use strict";
(() => {
  let chosen = null;
  try { chosen = localStorage.getItem("kg-theme"); } catch { /* storage is off: the system's theme then */ }
  const dark = chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  if (dark) document.documentElement.dataset.theme = "dark";
})();
