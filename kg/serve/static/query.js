// The query field as YASQE, where that is installed. It completes from the names this graph knows, and asks no other server.
"use strict";
(() => {
  const field = document.getElementById("query");
  const Yasqe = window.Yasqe?.default ?? window.Yasqe?.Yasqe ?? window.Yasqe;
  if (!field || typeof Yasqe !== "function") return;
  const place = document.createElement("div");
  place.className = "editor";
  const form = field.form;
  field.hidden = true;
  field.required = false;
  field.before(place);
  const editor = new Yasqe(place, {
    value: field.value,
    persistenceId: null,
    consumeShareLink: null,
    createShareableLink: null,
    createShortLink: null,
    showQueryButton: false,
    autocompleters: ["variables"],
    resizeable: true,
    editorHeight: "260px",
    lineWrapping: true,
  });
  editor.getInputField?.()?.setAttribute("aria-label", form.querySelector("label").textContent);
  form.addEventListener("submit", () => { field.value = editor.getValue(); });
  form.closest("details")?.addEventListener("toggle", () => editor.refresh());
})();
