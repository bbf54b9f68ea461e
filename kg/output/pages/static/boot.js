/* Choosing, keys, theme, print; then everything is put in motion. All changes go through `go`. */
const kgMap = { nodes: 0, edges: 0, ready: false, get network() { return network; }, place, state, labels: () => labels, selected: () => state.work, route: () => route, lit: () => lit, svg, csv };
window.kgMap = kgMap;
const keep = new Set(NODES.map((node) => node.id)); /* the works of the first view */

function go(changes, push = false) {
  const before = state.work;
  Object.assign(state, changes);
  if (push || state.work !== before) address(true); else address(false);
  apply(state.work !== before);
}
function address(push) {
  const hash = toHash();
  if (hash === location.hash) return;
  try {
    history[push ? "pushState" : "replaceState"](null, "", hash || location.pathname + location.search);
  } catch { /* a sandboxed frame keeps no history: the view stands, only its address does not follow */ }
}
function apply(moved) {
  const wanted = [state.work, state.with].filter((i) => i !== null);
  route = [];
  if (state.work !== null && state.with !== null) route = shortest(...inTime(state.work, state.with)) ?? [];
  for (const [lane, n] of Object.entries(state.open)) {
    const one = lanes[lane], more = n - one.works.filter((i) => drawn[i]).length;
    if (more > 0) wanted.push(...one.works.filter((i) => !drawn[i]).slice(0, more));
  }
  bring([...wanted, ...route]);
  if (state.down !== world.down) turn();
  style = DATA.colourings.find(([name]) => name === state.colour);
  lit = null;
  if (route.length) lit = new Set(route);
  else if (state.work !== null && state.with !== null) lit = new Set([state.work, state.with]);
  else if (state.lit) lit = new Set(reach(state.work, state.lit === "ancestors").keys());
  const again = DATA.returns.filter(([a, b]) => a === state.work || b === state.work).flatMap(([a, b]) => [a, b]);
  near = new Set(state.work === null ? [] : [...references(state.work), ...citers(state.work), ...again]);
  theme();
  mirror();
  filter();
  heads();
  legend();
  paint();
  citation = null;
  if (state.work !== null) panel(state.work);
  face(state.work === null ? "about" : "work");
  if (!network) return; /* the first view, which is not drawn yet */
  if (state.work === null) network.unselectAll();
  else {
    if (nodes.get(state.work)) network.selectNodes([state.work], false);
    if (moved) reveal(state.work);
  }
  network.redraw();
}
function reveal(i) {
  $("status").textContent = `${WORKS[i].title}, ${yearText(WORKS[i])}`;
  if ($("map").getBoundingClientRect().bottom < 80) { scrollTo(0, 0); $("work").focus(); }
  const v = view(), [x, y] = place(i), sx = v.x(x), sy = v.y(y), plate = $("map").getBoundingClientRect();
  const sheet = getComputedStyle($("panel")).position === "fixed" ? Math.max(0, Math.min(plate.bottom, innerHeight) - $("panel").getBoundingClientRect().top) : 0;
  const hidden = Math.max(0, plate.bottom - innerHeight) + sheet; /* what the window's edge or the open panel covers */
  if (sx < 8 || sy < 46 || sx > canvas.clientWidth - 8 || sy > canvas.clientHeight - hidden - 8)
    network.moveTo({ position: { x, y: y + hidden / 2 / v.s }, animation: still.matches ? false : { duration: 350 } });
}
function open(i, other = false) {
  if (state.work !== null && i !== state.work && (choosing || other)) {
    stopChoosing();
    go({ with: i, lit: "" }, true);
    return;
  }
  if (i === state.work && state.with === null) { closeCitation(false); return; }
  go({ work: i, with: null, lit: "" }, true);
}
function leave() {
  stopChoosing();
  go({ work: null, with: null, lit: "", hops: DATA.focus === null ? 0 : state.hops }, true);
  $("map").focus({ preventScroll: true });
}
addEventListener("hashchange", () => { const before = state.work; Object.assign(state, fromHash()); apply(state.work !== before); });
addEventListener("popstate", () => { if (toHash() !== location.hash) { const before = state.work; Object.assign(state, fromHash()); apply(state.work !== before); } });
document.addEventListener("click", (event) => {
  const link = event.target.closest?.('a[href^="#work="]');
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const i = byId.get(decodeURIComponent(link.getAttribute("href").slice(6)));
  if (link.closest("#works")) scrollTo({ top: 0, behavior: still.matches ? "auto" : "smooth" });
  open(i, event.shiftKey);
  $("work").focus({ preventScroll: true });
});
let pointer = "mouse"; /* what the map was last touched with */
for (const kind of ["pointerdown", "pointermove"]) addEventListener(kind, (event) => { pointer = event.pointerType || "mouse"; }, { capture: true });
function listen() {
  network.on("click", ({ nodes: [i], edges: [k], event }) => {
    if (i !== undefined) open(i, event.srcEvent?.shiftKey);
    else if (k !== undefined) showCitation(k);
    else if (citation !== null) closeCitation(false);
    else if (state.work !== null) leave();
  });
  network.on("hoverNode", ({ node, event }) => {
    if (pointer !== "mouse") return; /* a tap opens the work itself */
    const work = WORKS[node], box = $("map").getBoundingClientRect();
    hovered = node;
    $("tip").replaceChildren(text("span", work.title), text("small", [work.authors, yearText(work), work.citations === null ? null : `${many(work.citations, "citation")} in this graph`].filter(Boolean).join(" · ")));
    $("tip").hidden = false;
    $("tip").style.left = `${Math.min(event.clientX - box.left + 14, box.width - $("tip").offsetWidth - 8)}px`;
    $("tip").style.top = `${Math.min(event.clientY - box.top + 16, box.height - $("tip").offsetHeight - 8)}px`;
  });
  network.on("blurNode", () => { hovered = null; $("tip").hidden = true; });
  network.on("resize", () => {
    const now = [canvas.clientWidth, canvas.clientHeight].join();
    if (now === size || matchMedia("print").matches) return;
    size = now;
    shapeWorld();
    nodes.update(nodes.getIds().map(geometry));
    queueMicrotask(() => fit(false, false)); /* after vis-network has scaled its own view to the new size */
  });
}

/* ---- keys ---- */
const zoom = (by) => network.moveTo({ scale: Math.min(12, Math.max(0.1, network.getScale() * by)), animation: still.matches ? false : { duration: 200 } });
const STEPS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
function step([dx, dy], other) {
  const from = state.with ?? state.work ?? DATA.focus ?? DATA.path[0] ?? DATA.ranked.find((i) => shown[i]);
  if (from === undefined) return;
  if (state.work === null) { open(from); return; }
  const [x, y] = place(from);
  let best = null, least = Infinity;
  for (const i of nodes.getIds()) {
    const [px, py] = place(i), along = (px - x) * dx + (py - y) * dy;
    const far = along + 2 * (Math.abs((px - x) * dy) + Math.abs((py - y) * dx));
    if (shown[i] && along > 0.5 && far < least) [best, least] = [i, far];
  }
  if (best !== null) open(best, other);
}
const KEYS = { "+": () => zoom(1.4), "=": () => zoom(1.4), "-": () => zoom(1 / 1.4), 0: () => fit(true) };
$("map").addEventListener("keydown", (event) => {
  if (event.target !== $("map") || event.ctrlKey || event.metaKey || event.altKey || !(event.key in STEPS || event.key in KEYS)) return;
  event.preventDefault();
  if (event.key in STEPS) step(STEPS[event.key], event.shiftKey); else KEYS[event.key]();
});
addEventListener("keydown", (event) => {
  if (event.key === "/" && !["INPUT", "SELECT", "TEXTAREA"].includes(document.activeElement.tagName)) {
    event.preventDefault();
    $("search").focus();
    $("search").select();
  } else if (event.key === "Escape") {
    if (choosing) { stopChoosing(); $("work").focus(); } else if (citation !== null) closeCitation(true); else if (state.work !== null) leave();
  }
});
$("zoom-in").onclick = () => zoom(1.4);
$("zoom-out").onclick = () => zoom(1 / 1.4);
$("fit").onclick = () => fit(true);
$("down").onclick = () => go({ down: !state.down });
$("theme").onclick = () => go({ theme: document.documentElement.dataset.theme === "dark" ? "light" : "dark" });

/* on a narrow screen, where the panel stands below the map, the finding stands above it */
const narrow = matchMedia("screen and (max-width: 860px)");
function leadWithFinding() {
  if ($("finding")) narrow.matches ? document.querySelector(".columns").before($("finding")) : $("about").prepend($("finding"));
}
narrow.addEventListener("change", leadWithFinding);
leadWithFinding();

/* ---- theme, legend, shape, print ---- */
const prefersDark = matchMedia("(prefers-color-scheme: dark)");
let appTheme = ""; /* the theme chosen on the app's other pages */
if (DATA.pages) try { appTheme = localStorage.getItem("kg-theme") ?? ""; } catch { /* not kept */ }
function theme() { document.documentElement.dataset.theme = state.theme || appTheme || (prefersDark.matches ? "dark" : "light"); }
prefersDark.addEventListener("change", () => { theme(); paint(); legend(); network.redraw(); });
function legend() {
  const used = new Set(nodes.getIds().map((i) => style[2][i])), NS = "http://www.w3.org/2000/svg";
  $("legend").querySelectorAll(".group").forEach((item) => item.remove());
  $("legend").querySelectorAll(".ring-of").forEach((item) => { item.hidden = state.colour === "class"; });
  $("legend").prepend(...style[1].flatMap((one, k) => {
    if (!used.has(k)) return [];
    const mark = document.createElementNS(NS, "svg"), outline = document.createElementNS(NS, "path");
    mark.setAttribute("class", "mark");
    mark.setAttribute("viewBox", "-1 -1 18 18");
    mark.setAttribute("aria-hidden", "true");
    mark.style.setProperty("--light", one.light);
    mark.style.setProperty("--dark", one.dark);
    outline.setAttribute("d", one.icon);
    mark.append(outline);
    return [el("li", { className: "group" }, mark, text("span", one.label))];
  }));
}
function turn() {
  world.down = state.down;
  document.documentElement.dataset.time = state.down ? "down" : "across";
  shapeWorld();
  nodes.update(nodes.getIds().map(geometry));
  fit(false, false);
}
let size = "";
let before = null;
function printing(on) {
  if (on) { before = document.documentElement.dataset.theme; document.documentElement.dataset.theme = "light"; } else document.documentElement.dataset.theme = before ?? "light";
  paint();
  if (on) writeRows();
  if (on) $("print").replaceChildren(new DOMParser().parseFromString(svg(true), "image/svg+xml").documentElement);
}
addEventListener("beforeprint", () => printing(true));
addEventListener("afterprint", () => printing(false));

Object.assign(state, fromHash());
if (state.work === null && !location.hash && DATA.focus !== null) state.work = DATA.focus;
if (!location.hash.includes("time=") && innerWidth < 600) state.down = DATA.dated;
theme();
colours.styles = [];
world.down = state.down;
document.documentElement.dataset.time = state.down ? "down" : "across";
for (const { id } of NODES) { drawn[id] = 1; shown[id] = 1; }
for (const i of keep) settle(i);
redrawAll();
apply(false);
shapeWorld(); /* again: the legend and the panel have taken their room */
nodes.update(nodes.getIds().map(geometry));
connect();
size = [canvas.clientWidth, canvas.clientHeight].join();
listen();
fit(false, false);
if (state.work !== null) {
  network.selectNodes([state.work], false);
  reveal(state.work);
}
network.once("afterDrawing", () => { kgMap.ready = true; document.documentElement.dataset.ready = ""; });
