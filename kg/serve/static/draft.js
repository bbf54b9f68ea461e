// While a draft is at work its page is asked for again every second, and what changed is put in place.
"use strict";
(() => {
  const look = async () => {
    if (!document.querySelector("#draft[data-running]")) return;
    try {
      const answer = await fetch(location.href, { cache: "no-store" });
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        if (!page.querySelector("#draft[data-running]")) { location.reload(); return; }
        const now = document.getElementById("draft"), next = page.getElementById("draft");
        if (now.textContent !== next.textContent) now.replaceChildren(...next.childNodes);
      }
    } catch { /* asked again */ }
    setTimeout(look, 1000);
  };
  setTimeout(look, 500);
})();
