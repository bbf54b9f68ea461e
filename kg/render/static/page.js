/* Around the drawing: the panel, search, keys, filter, table and theme. Text from sources is set by textContent only. */
const el = (tag, props = {}, ...children) => {
  const node = Object.assign(document.createElement(tag), props);
  node.append(...children.filter(Boolean));
  return node;
};
const text = (tag, content, className = "") => el(tag, { textContent: content, className, dir: "auto" });
const plain = (words) => words.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const count = new Intl.NumberFormat("en");
const yearText = (work) => (work.year === null ? "no year held" : String(work.year));
const byId = new Map(WORKS.map((work, i) => [work.id, i]));
const leave = () => { location.hash = ""; $("map").focus(); };

/* ---- one work ---- */
function workList(title, kind, list, held) {
  const more = held > list.length ? ` of ${count.format(held)} held` : "";
  const sorted = [...list].sort((a, b) => (WORKS[a].year ?? 1e6) - (WORKS[b].year ?? 1e6) || WORKS[a].rank - WORKS[b].rank);
  const items = sorted.map((i) => WORKS[i]).map((work) => el("li", {}, el("a", { href: work.href }, text("span", work.title),
    text("small", [yearText(work), work.authors.split(";")[0]].filter(Boolean).join(" · ")))));
  return [text("h2", `${title} in this map: ${list.length || "none"}${more}`), el("ul", { className: `work-list ${kind}` }, ...items)];
}
function panel(i) {
  const work = WORKS[i], facts = el("dl");
  const fact = (name, value) => { if (value !== null) facts.append(text("dt", name), text("dd", value)); };
  const tally = (n) => (n === null ? null : count.format(n));
  fact("Citations held", tally(work.held));
  fact("Citations reported", tally(work.reported) ?? "not known");
  fact("References reported", tally(work.reported_references));
  if (DATA.size_label !== "citations held")
    fact(DATA.size_label, work.value === null ? "no value: not enough data" : String(Number(work.value.toPrecision(6))));
  if (work.ring !== null) fact("Class", DATA.rings[work.ring][0]);
  const doubt = "; most reference lists of those years are unknown";
  if (work.asleep) fact("Asleep here", `${work.asleep[0]} to ${work.asleep[1]}${work.asleep[2] ? "" : doubt}`);
  for (const [scheme, label] of work.concepts) fact(scheme.slice(0, 1).toUpperCase() + scheme.slice(1), label);
  fact("Id", work.id);
  const links = work.links.filter(([, url]) => /^https?:\/\//i.test(url));
  const claims = work.claims.map((k) => DATA.claims[k]);
  $("work").replaceChildren(
    el("button", { type: "button", className: "close", textContent: "Close", onclick: leave }),
    text("h2", work.title, "title"),
    text("div", work.authors || "authors not held", "meta"),
    text("div", [yearText(work), work.venue].filter(Boolean).join(" · "), "meta"),
    el("p", { className: "links" }, ...links.map(([name, href]) =>
      el("a", { href, rel: "noopener noreferrer", target: "_blank", textContent: name }))),
    facts,
    text("p", `In this data ${work.outcome}.${work.stub ? " The work is known only by how it was cited." : ""}`, "meta"),
    ...(claims.length ? [text("h2", "What is said of it")] : []),
    ...claims.map((claim) => el("div", { className: "claim" }, text("div", claim.text),
      text("div", [claim.kind, claim.place].filter(Boolean).join(" · "), "meta"))),
    ...workList("References", "refs", references[i]),
    ...workList("Citations", "cites", citers[i], work.held),
  );
}
function select(i, move) {
  if (selected !== null) lift(selected, false);
  selected = i;
  near = new Set(i === null ? [] : [...references[i], ...citers[i]]);
  $("work").hidden = i === null;
  $("about").hidden = i !== null;
  $("panel").classList.toggle("open", i !== null);
  labelKey = "";
  paint();
  if (i === null) network.unselectAll();
  else {
    panel(i);
    $("panel").scrollTop = 0;
    if ($("map").getBoundingClientRect().bottom < 80) { scrollTo(0, 0); $("work").focus(); }
    network.selectNodes([i], false);
    $("status").textContent = `${WORKS[i].title}, ${yearText(WORKS[i])}`;
    const v = view(), [x, y] = place(i), sx = v.x(x), sy = v.y(y);
    const off = sx < 8 || sy < 46 || sx > canvas.clientWidth - 8 || sy > canvas.clientHeight - 8;
    if (move && off) network.moveTo({ position: { x, y }, animation: glide(350) });
    lift(i, true);
  }
}
function open(i) {
  location.hash = WORKS[i].href;
  if (i !== selected) select(i, true);
}
function addressed() {
  try {
    return location.hash.startsWith("#work=") ? byId.get(decodeURIComponent(location.hash.slice(6))) ?? null : null;
  } catch {
    return null; /* no work has this address */
  }
}
addEventListener("hashchange", () => { if (addressed() !== selected) select(addressed(), true); });
network.on("click", ({ nodes: [i] }) => { if (i !== undefined) open(i); else if (selected !== null) location.hash = ""; });
network.on("hoverNode", ({ node, event }) => {
  const work = WORKS[node], box = $("map").getBoundingClientRect();
  hovered = node;
  const held = work.held === null ? null : `${count.format(work.held)} citations held`;
  $("tip").replaceChildren(text("span", work.title), text("small", [work.authors, yearText(work), held].filter(Boolean).join(" · ")));
  $("tip").hidden = false;
  $("tip").style.left = `${Math.min(event.clientX - box.left + 14, box.width - $("tip").offsetWidth - 8)}px`;
  $("tip").style.top = `${Math.min(event.clientY - box.top + 16, box.height - $("tip").offsetHeight - 8)}px`;
});
network.on("blurNode", () => { hovered = null; $("tip").hidden = true; });

/* ---- search ---- */
const haystack = WORKS.map((work) => plain([work.title, work.authors, work.year ?? "", work.id].join(" ")));
let hits = [], active = -1;
function find() {
  const words = plain($("search").value).split(/\s+/).filter(Boolean);
  hits = words.length ? WORKS.map((_, i) => i).filter((i) => words.every((word) => haystack[i].includes(word))) : [];
  hits = hits.sort((a, b) => WORKS[a].rank - WORKS[b].rank).slice(0, 30);
  $("hits").replaceChildren(...hits.map((i, k) => {
    const props = { id: `hit-${k}`, role: "option", onmousedown: (event) => event.preventDefault(), onclick: () => take(k) };
    return el("li", props, text("span", WORKS[i].title), text("small", [WORKS[i].authors, yearText(WORKS[i])].filter(Boolean).join(", ")));
  }));
  if (!hits.length) $("hits").append(el("li", { role: "option", textContent: "No work in this map fits." }));
  $("hits").hidden = !words.length;
  $("search").setAttribute("aria-expanded", String(words.length > 0));
  point(hits.length ? 0 : -1);
}
function point(k) {
  active = k;
  [...$("hits").children].forEach((item, n) => item.setAttribute("aria-selected", String(n === k)));
  $("hits").children[k]?.scrollIntoView({ block: "nearest" });
  $("search").setAttribute("aria-activedescendant", k < 0 ? "" : `hit-${k}`);
}
function shut() {
  $("hits").hidden = true;
  $("search").setAttribute("aria-expanded", "false");
}
function take(k) {
  if (hits[k] === undefined) return;
  shut();
  open(hits[k]);
  $("work").focus({ preventScroll: true });
}
$("search").addEventListener("input", find);
$("search").addEventListener("focus", () => { if ($("search").value) find(); });
$("search").addEventListener("blur", shut);
$("search").addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (hits.length) point((active + (event.key === "ArrowDown" ? 1 : hits.length - 1)) % hits.length);
  } else if (event.key === "Enter") take(active);
  else if (event.key === "Escape" && $("search").value) { event.stopPropagation(); shut(); $("search").value = ""; }
});

/* ---- keys, filter, table, theme ---- */
const glide = (ms) => (still.matches ? false : { duration: ms });
const zoom = (by) => network.moveTo({ scale: Math.min(12, Math.max(world.fit / 3, network.getScale() * by)), animation: glide(200) });
const STEPS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
function step([dx, dy]) {
  const from = selected ?? DATA.focus ?? DATA.path[0] ?? WORKS.findIndex((work) => work.rank === 0);
  if (selected === null) return open(from);
  const [x, y] = place(from);
  let best = null, least = Infinity;
  NODES.forEach((_, i) => {
    const [px, py] = place(i), along = (px - x) * dx + (py - y) * dy;
    const far = along + 2 * (Math.abs((px - x) * dy) + Math.abs((py - y) * dx));
    if (shown[i] && along > 0.5 && far < least) [best, least] = [i, far];
  });
  if (best !== null) open(best);
}
const KEYS = { "+": () => zoom(1.4), "=": () => zoom(1.4), "-": () => zoom(1 / 1.4), 0: () => fit(true) };
$("map").addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in STEPS || event.key in KEYS)) return;
  event.preventDefault();
  if (event.key in STEPS) step(STEPS[event.key]); else KEYS[event.key]();
});
addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement.tagName !== "INPUT") {
    event.preventDefault();
    $("search").focus();
    $("search").select();
  } else if (event.key === "Escape" && selected !== null) leave();
});
$("zoom-in").onclick = () => zoom(1.4);
$("zoom-out").onclick = () => zoom(1 / 1.4);
$("fit").onclick = () => fit(true);
$("theme").onclick = () => theme(document.documentElement.dataset.theme === "dark" ? "light" : "dark");

const dated = WORKS.map((work) => work.year).filter((year) => year !== null);
const span = dated.length ? [Math.min(...dated), Math.max(...dated)] : [0, 0];
["from", "to"].forEach((id, k) => {
  Object.assign($(id), { value: dated.length ? span[k] : "", min: span[0], max: span[1], disabled: !dated.length, onchange: filter });
});
function filter() {
  const [from, to] = ["from", "to"].map((id, k) => ($(id).value === "" ? span[k] : Number($(id).value)));
  const all = from <= span[0] && to >= span[1];
  WORKS.forEach((work, i) => { shown[i] = all || (work.year !== null && work.year >= from && work.year <= to); });
  nodes.update(NODES.map(({ id }) => ({ id, hidden: !shown[id] })));
  edges.update(EDGES.map((edge) => ({ id: edge.id, hidden: !shown[edge.from] || !shown[edge.to] })));
  for (const row of rows) row.hidden = !shown[row.dataset.work];
  const n = shown.filter(Boolean).length, m = EDGES.filter((edge) => shown[edge.from] && shown[edge.to]).length;
  $("count-works").textContent = count.format(n);
  $("count-citations").textContent = count.format(m);
  $("status").textContent = `${n} works and ${m} citations shown`;
  Object.assign(kgMap, { nodes: n, edges: m });
  labelKey = "";
  network.redraw();
}
const body = document.querySelector("tbody"), rows = [...body.rows], heads = [...document.querySelectorAll("th")];
heads.forEach((head, column) => {
  head.firstElementChild.onclick = () => {
    const down = head.getAttribute("aria-sort") === "ascending" || (column > 1 && !head.hasAttribute("aria-sort"));
    heads.forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const cell = (row) => row.cells[column].textContent.trim();
    const order = (a, b) => (column > 1 && a - b) || a.localeCompare(b, "en", { numeric: true, sensitivity: "base" });
    const compare = (p, q) => (cell(p) === "") - (cell(q) === "") || (down ? -1 : 1) * order(cell(p), cell(q));
    body.append(...rows.sort(compare));
  };
});

const prefersDark = matchMedia("(prefers-color-scheme: dark)");
prefersDark.addEventListener("change", () => theme(prefersDark.matches ? "dark" : "light"));
let before = null;
addEventListener("beforeprint", () => { before = document.documentElement.dataset.theme; theme("light"); });
addEventListener("afterprint", () => { if (before) theme(before); });
let size = "";
network.on("resize", () => {
  const now = [canvas.clientWidth, canvas.clientHeight].join();
  if (now === size || matchMedia("print").matches) return;
  size = now;
  shapeWorld();
  nodes.update(NODES.map(geometry));
  fit(false);
});
document.documentElement.dataset.theme = prefersDark.matches ? "dark" : "light";
const kgMap = { nodes: NODES.length, edges: EDGES.length, ready: false, network, place, labels: () => labels, selected: () => selected };
window.kgMap = kgMap;
shapeWorld();
thicken(world.fit);
fit(false);
select(addressed() ?? DATA.focus ?? null, true);
network.once("afterDrawing", () => { kgMap.ready = true; document.documentElement.dataset.ready = ""; });
network.redraw();
