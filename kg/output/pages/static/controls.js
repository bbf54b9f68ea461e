/* What is drawn and shown: lanes that grow, filters, the replay of the years, the table. */
const MOST = 1500, STEP = 40, MOST_PER_LANE = 160; /* works drawn in all; brought in at a time; of one lane */
function bring(works) {
  const fresh = works.filter((i) => !drawn[i]);
  if (!fresh.length) return false;
  for (const i of fresh) { settle(i); drawn[i] = 1; }
  redrawAll();
  return true;
}
function drop(works) {
  for (const i of works) drawn[i] = 0;
  redrawAll();
}
/* after works came or went: lanes, marks, citations and table follow */
function redrawAll() {
  tally();
  stack();
  shapeWorld();
  const wanted = [];
  for (let i = 0; i < N; i += 1) if (drawn[i]) wanted.push(i);
  nodes.remove(nodes.getIds().filter((i) => !drawn[i]));
  const have = new Set(nodes.getIds());
  nodes.add(wanted.filter((i) => !have.has(i)).map((i) => ({ ...look(i), hidden: !shown[i] })));
  nodes.update(wanted.filter((i) => have.has(i)).map(geometry));
  const links = [], kept = new Set(edges.getIds());
  for (const i of wanted)
    for (let k = offsets[i]; k < offsets[i + 1]; k += 1)
      if (drawn[cited[k]]) { if (kept.has(k)) kept.delete(k); else links.push({ id: k, from: i, to: cited[k], width: plainWidth(k) }); }
  edges.remove([...kept]);
  edges.add(links);
  rowsFor(wanted);
  heads();
  const years = wanted.map((i) => WORKS[i].year).filter((year) => year !== null);
  replay = years.length ? [years.reduce((a, b) => Math.min(a, b)), years.reduce((a, b) => Math.max(a, b))] : span;
  Object.assign($("year"), { min: replay[0], max: replay[1], value: state.year ?? replay[1] });
}
function openLane(lane, by) {
  const before = view().y(point(0, lane.top)[1]), seen = lane.works.filter((i) => drawn[i]);
  if (by > 0) {
    const room = Math.min(by, MOST_PER_LANE - seen.length, MOST - nodes.length);
    const placed = (i) => (ROW[i] >= 0 ? 0 : 1);
    bring(lane.works.filter((i) => !drawn[i]).sort((a, b) => placed(a) - placed(b) || RANK[a] - RANK[b]).slice(0, room));
  } else drop(seen.filter((i) => !keep.has(i) && i !== state.work && i !== state.with && !route.includes(i)));
  go({ open: { ...state.open, [lanes.indexOf(lane)]: lane.works.filter((i) => drawn[i]).length } });
  if (state.down) return;
  const now = view(), p = network.getViewPosition();
  const y = p.y + (now.y(point(0, lane.top)[1]) - before) / now.s; /* the lane stays where it was, the map begins at the top */
  network.moveTo({ position: { x: p.x, y: Math.max(y, canvas.clientHeight / 2 / now.s - PAD.top) }, animation: false });
}
/* the heads of the lanes stand over the canvas, as buttons, and move with it */
function heads() {
  for (const lane of lanes) {
    const n = lane.works.length - lane.left, room = Math.min(STEP, lane.left, MOST_PER_LANE - n, MOST - nodes.length);
    lane.head ??= $("lanes").appendChild(el("div", { className: "lane" }, text("span", lane.name), text("small", ""),
      button("", () => openLane(lane, STEP), { className: "more" }), button("Fewer", () => openLane(lane, -1), { className: "fewer", ariaLabel: `Fewer works: ${lane.name || "all"}` })));
    const [, small, more, fewer] = lane.head.children, extra = lane.works.filter((i) => drawn[i] && !keep.has(i)).length;
    small.textContent = lane.left ? `${n ? `${count.format(n)} of ` : ""}${many(lane.works.length, "work")}` : "";
    more.hidden = !lane.left;
    more.disabled = room <= 0;
    more.textContent = room > 0 ? `+ ${room} more` : "no room for more";
    more.ariaLabel = `${room > 0 ? `Draw ${room} more works` : "No more works can be drawn"}: ${lane.name || "all"}`;
    fewer.hidden = !extra;
    lane.head.hidden = lane.away || (!lane.name && !lane.left);
  }
}
function moveHeads(v) {
  const h = canvas.clientHeight, w = canvas.clientWidth;
  lanes.forEach((lane) => {
    if (!lane.head || lane.away) return;
    const [x, y] = point(-8 / world.kt, lane.top), [x2, y2] = point(M.width, lane.bottom);
    const left = state.down ? Math.max(v.x(x) + 4, 36) : Math.max(8, v.x(x) + 8), top = state.down ? 2 : Math.max(v.y(y) + 2, 42);
    const wide = v.x(x2) - left - 4; /* of a column: what is left of it on screen */
    const off = state.down ? wide < 44 || left > w - 40 : top > v.y(y2) - 18 || top > h - 10;
    lane.head.style.width = state.down ? `${Math.round(wide)}px` : "";
    lane.head.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
    lane.head.classList.toggle("off", off);
  });
}

/* ---- filters ---- */
const dated = WORKS.map((work) => work.year).filter((year) => year !== null);
const span = dated.length ? [dated.reduce((a, b) => Math.min(a, b)), dated.reduce((a, b) => Math.max(a, b))] : [0, 0];
let replay = span; /* first and last year of the works drawn */
const eras = DATA.colourings.find(([name]) => name === "era")[2];
const eraOf = (i) => (eras[i] < DATA.era_names.length ? eras[i] : -1);
const labelsOf = (work) => (work.concepts ?? []).map(([, label]) => label);
function fill(id, labels) {
  $(id).append(...labels.map((label) => el("option", { value: label, textContent: label })));
  $(id).closest("label").hidden = !labels.length;
}
fill("era", DATA.era_names);
fill("concept", [...new Set(WORKS.flatMap(labelsOf))].sort((a, b) => a.localeCompare(b)));
fill("class", classes ? classes[1].filter((_, k) => classes[2].includes(k)).map((one) => one.label) : []);
fill("colour", DATA.colourings.map(([name]) => name));
if (DATA.colourings.length < 2) $("colour").closest("label").hidden = true;
["from", "to"].forEach((id, k) => Object.assign($(id), { placeholder: dated.length ? span[k] : "", min: span[0], max: span[1], disabled: !dated.length }));
if (!dated.length) $("replay").hidden = true;
const number = (id) => ($(id).value === "" ? null : Number($(id).value));
for (const id of ["from", "to"]) $(id).onchange = () => go({ [id]: number(id) });
for (const id of ["era", "concept", "class"]) $(id).onchange = () => go({ [id]: $(id).value });
$("min").onchange = () => go({ min: Math.max(0, number("min") ?? 0) });
$("hops").onchange = () => go({ hops: Number($("hops").value) });
$("colour").onchange = () => go({ colour: $("colour").value });
$("clear").onclick = () => go({ from: null, to: null, year: null, era: "", concept: "", class: "", min: 0, hops: 0 });
const centre = () => state.work ?? DATA.focus;
function filter() {
  const within = state.hops && centre() !== null ? around(centre(), state.hops) : null;
  const spans = state.from !== null || state.to !== null, from = state.from ?? span[0], to = state.to ?? span[1];
  let n = 0, m = 0, total = 0;
  for (let i = 0; i < N; i += 1) {
    const work = WORKS[i];
    const fits = drawn[i] && (!spans || (work.year !== null && work.year >= from && work.year <= to))
      && (state.year === null || (work.year !== null && work.year <= state.year))
      && (!state.era || DATA.era_names[eraOf(i)] === state.era)
      && (!state.concept || labelsOf(work).includes(state.concept))
      && (!state.class || classOf(i) === state.class)
      && (!state.min || (work.citations ?? 0) >= state.min) && (!within || within.has(i));
    shown[i] = fits ? 1 : 0;
    n += shown[i];
    total += drawn[i];
  }
  const changed = nodes.get({ fields: ["id", "hidden"] }).filter(({ id, hidden }) => Boolean(hidden) === Boolean(shown[id]));
  nodes.update(changed.map(({ id }) => ({ id, hidden: !shown[id] })));
  const links = [];
  for (const { id, hidden } of edges.get({ fields: ["id", "hidden"] })) {
    const seen = shown[citing[id]] && shown[cited[id]];
    m += seen ? 1 : 0;
    if (Boolean(hidden) === Boolean(seen)) links.push({ id, hidden: !seen });
  }
  edges.update(links);
  for (const row of tableRows.values()) row.hidden = !shown[row.dataset.work];
  $("count-works").textContent = count.format(n);
  $("count-citations").textContent = count.format(m);
  const active = [spans, state.year !== null, state.era, state.concept, state.class, state.min, within].filter(Boolean).length;
  $("filtered").textContent = active ? ` (${active})` : "";
  $("hidden-works").textContent = n < total ? `, ${count.format(total - n)} hidden by filters` : "";
  const shownText = `${many(n, "work")} and ${many(m, "citation")} shown`;
  if (world.status !== shownText && world.status) $("status").textContent = shownText;
  world.status = shownText;
  world.shown = (world.shown ?? 0) + (changed.length ? 1 : 0);
  Object.assign(kgMap, { nodes: n, edges: m });
  labelKey = "";
}
/* the controls show the state, however it came about */
function mirror() {
  for (const id of ["from", "to"]) $(id).value = state[id] ?? "";
  for (const id of ["era", "concept", "class", "colour"]) $(id).value = state[id];
  $("min").value = state.min || "";
  $("hops").value = String(state.hops);
  $("hops").disabled = centre() === null;
  $("year").value = state.year ?? replay[1];
  $("year-text").textContent = state.year === null ? "all years" : `up to ${state.year}`;
  $("down").setAttribute("aria-pressed", String(state.down));
}

/* ---- replay of the years of the works drawn ---- */
let player = null;
function play(on) {
  clearInterval(player);
  player = null;
  if (on) {
    if (state.year === null || state.year >= replay[1]) go({ year: replay[0] });
    player = setInterval(() => {
      if (state.year === null || state.year + 1 >= replay[1]) { play(false); go({ year: null }); } else go({ year: state.year + 1 });
    }, still.matches ? 1200 : 550);
  }
  $("play").textContent = player ? "❚❚ Pause" : "▶ Replay";
}
$("play").onclick = () => play(!player);
$("year").oninput = () => { play(false); go({ year: Number($("year").value) >= replay[1] ? null : Number($("year").value) }); };

/* ---- the table: the map's equal ---- */
const body = document.querySelector("#works tbody"), headings = [...document.querySelectorAll("#works th")];
const tableRows = new Map([...body.rows].map((row) => [Number(row.dataset.work), row]));
let sorting = null;
function rowsFor(wanted) {
  for (const [i, row] of tableRows) if (!drawn[i]) { row.remove(); tableRows.delete(i); }
  const fresh = wanted.filter((i) => !tableRows.has(i));
  if (fresh.length > AT_ONCE) { waiting = new Set([...waiting, ...fresh]); idle(); } else fresh.forEach(row);
  if (fresh.length && sorting) sortRows();
}
/* Rows of a large map are written while the page has nothing else to do, all of them as soon as somebody asks for one. */
const AT_ONCE = 200;
let waiting = new Set(), resting = null;
const idle = () => { resting ??= (window.requestIdleCallback ?? setTimeout)(() => { resting = null; writeRows(AT_ONCE); }); };
function writeRows(most = Infinity) {
  let n = 0;
  for (const i of waiting) {
    if (n++ >= most) { idle(); break; }
    waiting.delete(i);
    if (drawn[i] && !tableRows.has(i)) row(i);
  }
  if (n && !waiting.size && sorting) sortRows();
  $("works").setAttribute("aria-busy", String(waiting.size > 0));
}
for (const kind of ["focusin", "pointerenter"]) $("works").addEventListener(kind, () => writeRows());
document.querySelector(".skip").addEventListener("click", () => writeRows());
function row(i) {
  const work = WORKS[i], cell = (value) => el("td", { textContent: value ?? "", dir: "auto" });
  const title = el("td", { className: work.seed ? "seed" : "" }, el("a", { href: href(i), textContent: work.title, dir: "auto" }));
  const sized = DATA.sized ? [cell(work.value === undefined ? "" : String(Number(work.value.toPrecision(6))))] : [];
  const era = eraOf(i);
  const line = el("tr", {}, title, cell(work.authors), cell(work.year), cell(work.citations), ...sized, cell(work.reported), cell(era < 0 ? "none" : DATA.era_names[era]));
  line.dataset.work = i;
  line.hidden = !shown[i];
  tableRows.set(i, line);
  body.append(line);
}
function sortRows() {
  const [column, down] = sorting;
  const cell = (row) => row.cells[column].textContent.trim();
  const order = (a, b) => (column > 1 && a - b) || a.localeCompare(b, "en", { numeric: true, sensitivity: "base" });
  const compare = (p, q) => (cell(p) === "") - (cell(q) === "") || (down ? -1 : 1) * order(cell(p), cell(q));
  body.append(...[...tableRows.values()].sort(compare));
}
headings.forEach((head, column) => {
  head.firstElementChild.onclick = () => {
    const down = head.getAttribute("aria-sort") === "ascending" || (column > 1 && !head.hasAttribute("aria-sort"));
    headings.forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    sorting = [column, down];
    writeRows();
    sortRows();
  };
});
