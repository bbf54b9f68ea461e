/* What leaves the page: the view's link, the table as CSV, the drawing as SVG (which is also what is printed). */
const FIELDS = ["work", "with", "lit", "from", "to", "year", "era", "concept", "class", "min", "hops", "colour", "time", "theme", "open"];
function toHash() {
  const parts = [];
  const put = (name, value) => { if (value !== null && value !== "" && value !== 0) parts.push(`${name}=${encodeURIComponent(value)}`); };
  for (const name of FIELDS) {
    if (name === "work" || name === "with") put(name, state[name] === null ? null : WORKS[state[name]].id);
    else if (name === "time") put(name, state.down === DATA.down ? "" : state.down ? "down" : "across");
    else if (name === "colour") put(name, state.colour === DATA.colourings[0][0] ? "" : state.colour);
    else if (name === "open") put(name, Object.entries(state.open).map(([lane, n]) => `${lane}.${n}`).join("_"));
    else put(name, state[name]);
  }
  return parts.length ? `#${parts.join("&")}` : "";
}
/* a broken or foreign address gives the plain view */
function fromHash() {
  const found = { work: null, with: null, lit: "", from: null, to: null, year: null, era: "", concept: "", class: "", min: 0, hops: 0, open: {}, down: DATA.down, colour: DATA.colourings[0][0], theme: state.theme };
  let pairs;
  try { pairs = new Map(location.hash.slice(1).split("&").map((part) => part.split("=").map(decodeURIComponent))); } catch { return found; }
  const whole = (name) => (/^-?\d{1,5}$/.test(pairs.get(name) ?? "") ? Number(pairs.get(name)) : null);
  found.work = byId.get(pairs.get("work")) ?? null;
  found.with = found.work === null ? null : byId.get(pairs.get("with")) ?? null;
  if (found.with === found.work) found.with = null;
  if (["ancestors", "descendants"].includes(pairs.get("lit")) && found.work !== null) found.lit = pairs.get("lit");
  for (const name of ["from", "to", "year"]) found[name] = whole(name);
  for (const name of ["min", "hops"]) found[name] = Math.max(0, whole(name) ?? 0);
  found.hops = Math.min(found.hops, 3);
  for (const name of ["era", "concept", "class"]) if ([...$(name).options].some((option) => option.value === pairs.get(name))) found[name] = pairs.get(name);
  if (DATA.colourings.some(([name]) => name === pairs.get("colour"))) found.colour = pairs.get("colour");
  if (["down", "across"].includes(pairs.get("time"))) found.down = pairs.get("time") === "down";
  if (["dark", "light"].includes(pairs.get("theme"))) found.theme = pairs.get("theme");
  for (const part of (pairs.get("open") ?? "").split("_")) {
    const [, lane, n] = /^(\d+)\.(\d+)$/.exec(part) ?? [];
    if (lanes[lane]) found.open[lane] = Math.min(Number(n), MOST_PER_LANE);
  }
  return found;
}

const escaped = (words) => String(words).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "");
const round = (x) => Math.round(x * 100) / 100;
const seen = () => { writeRows(); return [...tableRows.values()].filter((row) => !row.hidden).map((row) => Number(row.dataset.work)); };
function csv() {
  const head = ["id", "title", "authors", "year", "venue", "citations_held", ...(DATA.sized ? [DATA.size_label] : []), "citations_reported", "era", "lane"];
  const cell = (value) => {
    let words = String(value ?? "");
    /* no text is a formula to a spreadsheet: an apostrophe before it, as `kg export csv` writes; numbers stay */
    if (typeof value === "string" && /^'*[=+\-@\t\r\n]/.test(words)) words = `'${words}`;
    return /[",\r\n]/.test(words) ? `"${words.replaceAll('"', '""')}"` : words;
  };
  const rows = seen().map((i) => {
    const work = WORKS[i];
    return [work.id, work.title, work.authors, work.year, work.venue, work.citations, ...(DATA.sized ? [work.value] : []), work.reported, DATA.era_names[eraOf(i)], lanes[DATA.lane[i]].name];
  });
  return [head, ...rows].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}
function svg(bare = false) { /* bare: for print, where the page has heading and legend */
  const left = PAD.left, top = PAD.top + (bare ? -6 : 34), w = Math.max(world.w + left + PAD.right, 640);
  const out = [""], ctx = document.createElement("canvas").getContext("2d");
  const rect = (x, y, wide, tall, fill, more = "") => out.push(`<rect x="${round(x)}" y="${round(y)}" width="${round(Math.max(0, wide))}" height="${round(Math.max(0, tall))}" fill="${fill}"${more}/>`);
  const words = (x, y, content, more = "") => out.push(`<text x="${round(x)}" y="${round(y)}"${more}>${escaped(content)}</text>`);
  const v = { s: 1 };
  if (!bare) words(0, -PAD.top - 14, DATA.title, ` font-size="19" font-weight="650" fill="${colours.text}"`);
  for (const lane of lanes.filter((one) => !one.away)) {
    const [x1, y1] = point(-8 / world.kt, lane.top), [x2, y2] = point(M.width + PAD.right / 2 / world.kt, lane.bottom);
    rect(x1, y1, x2 - x1, y2 - y1, colours.band, ' rx="6"');
    if (lane.left) for (const [x, y, wide, tall] of silhouette(lane)) rect(x, y, wide, tall, colours.crowd);
  }
  if (DATA.dated) {
    for (const year of ticks(v)) {
      const [x1, y1] = point(yearAt(year), 0), [x2, y2] = point(yearAt(year), world.rows);
      out.push(`<path d="M${round(x1)} ${round(y1)}L${round(x2)} ${round(y2)}" stroke="${colours.grid}"/>`);
      if (state.down) words(-left + 2, y1 + 4, year, ` fill="${colours.soft}"`); else words(x1, -32, year, ` fill="${colours.soft}" text-anchor="middle"`);
    }
    for (const [from, to, k] of DATA.eras) {
      const [a, b] = [Math.max(from - 0.5, DATA.axis[0][0]), to + 0.5].map((year) => yearAt(year) * world.kt);
      if (b > a) { if (state.down) rect(-9, a, 5, b - a, colours.eras[k]); else rect(a, -24, b - a, 5, colours.eras[k]); }
    }
  }
  for (const k of edges.getIds()) {
    const [a, b] = [citing[k], cited[k]];
    if (!shown[a] || !shown[b]) continue;
    const [x1, y1, cx1, cy1, cx2, cy2, x2, y2] = curve(a, b).map(round), strong = lifted.get(k);
    out.push(`<path class="citation" data-citing="${escaped(WORKS[a].id)}" data-cited="${escaped(WORKS[b].id)}" d="M${x1} ${y1}C${cx1} ${cy1} ${cx2} ${cy2} ${x2} ${y2}" fill="none" stroke="${strong ? strong.color.color : colours.edge}" stroke-width="${strong ? strong.width : plainWidth(k)}" stroke-opacity="${strong ? 0.9 : lit || state.work !== null ? 0.12 : round(calm())}"/>`);
  }
  for (const flow of rivers()) {
    const [x1, y1, cx1, cy1, cx2, cy2, x2, y2] = flow.points.map(round);
    out.push(`<path class="river" d="M${x1} ${y1}C${cx1} ${cy1} ${cx2} ${cy2} ${x2} ${y2}" fill="none" stroke="${flow.colour}" stroke-width="${round(flow.width)}" stroke-opacity="${flow.opacity}" stroke-linecap="round"${flow.dash ? ` stroke-dasharray="${flow.dash.join(" ")}"` : ""}/>`);
  }
  const before = labels;
  labelKey = "";
  placeLabels(ctx, 1);
  for (const bar of bars(1)) {
    const [x1, y1, x2, y2] = [...bar.from, ...bar.to].map(round);
    out.push(`<g stroke="${colours.sleep}" opacity="${bar.opacity}">${bar.long ? `<path d="M${x1} ${y1}L${x2} ${y2}" stroke-width="2"/>` : ""}<circle cx="${x2}" cy="${y2}" r="3" fill="${colours.band}"/></g>`);
    if (bar.awake) out.push(`<path d="M${round(bar.awake[0])} ${round(bar.awake[1] - 6)}v12m-6-6h12" stroke="${colours.path}" stroke-width="2"/>`);
  }
  const icon = (k) => style[1][k].icon;
  for (const i of nodes.getIds()) {
    if (!shown[i]) continue;
    const [x, y] = place(i), size = radius(i) / 7.2, fill = colours.styles[style[2][i]], hollow = WORKS[i].hollow;
    out.push(`<path class="work" data-work="${escaped(WORKS[i].id)}" d="${icon(style[2][i])}" transform="translate(${round(x)} ${round(y)}) scale(${round(size)}) translate(-8 -8)" fill="${hollow ? colours.band : fill}" stroke="${hollow ? fill : colours.band}" stroke-width="1" opacity="${faded(i) ? 0.3 : 1}"><title>${escaped(`${WORKS[i].title} (${yearText(WORKS[i])})`)}</title></path>`);
  }
  for (const label of labels) words(label.x, label.y + 4, label.text, ` font-size="11.5" fill="${colours.text}" stroke="${colours.band}" stroke-width="3" paint-order="stroke" stroke-linejoin="round"${label.font.startsWith("650") ? ' font-weight="650"' : ""}`);
  for (const lane of lanes.filter((one) => !one.away)) {
    const [x, y] = point(0, lane.top);
    words(x, y + 16, [lane.name, lane.left ? `${count.format(lane.works.length - lane.left)} of ${count.format(lane.works.length)} works` : ""].filter(Boolean).join(" · "), ` font-weight="600" fill="${colours.soft}"`);
  }
  labels = before;
  labelKey = "";
  let x = 0, y = world.h + 24;
  const entry = (label, mark, wide) => {
    const long = wide + 18 + label.length * 6.8;
    if (x && x + long > w - left) { x = 0; y += 19; }
    out.push(`<g transform="translate(${round(x)} ${round(y)})">${mark}</g>`);
    words(x + wide + 5, y + 4, label, ` fill="${colours.soft}"`);
    x += long;
  };
  const stroke = (d, colour, width, more = "") => `<path d="${d}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linecap="round"${more}/>`;
  if (!bare) {
    const used = new Set(seen().map((i) => style[2][i])), wave = "M1 4C14 4 14 -4 27 -4", flows = new Set(rivers().map((flow) => flow.colour));
    style[1].forEach((one, k) => { if (used.has(k)) entry(one.label, `<path d="${one.icon}" transform="scale(.8) translate(0 -8)" fill="${colours.styles[k]}"/>`, 13); });
    if (flows.has(colours.path)) entry("influence path", stroke(wave, colours.path, 3.4), 28);
    if (flows.has(colours.main)) entry("main path", stroke(wave, colours.main, 7, ' stroke-opacity=".5"'), 28);
    if (DATA.returns.some(([, , , decided]) => decided)) entry("same idea, no citation path", stroke(wave, colours.back, 1.8, ' stroke-dasharray="7 5"'), 28);
    if (DATA.returns.some(([, , , decided]) => !decided)) entry("same idea, path unknown", stroke(wave, colours.back, 1.8, ' stroke-dasharray=".5 5"'), 28);
    if (bars(1).length) entry("years without a citation in this graph", stroke("M1 0H22", colours.sleep, 2) + `<circle cx="24" cy="0" r="3" fill="${colours.band}" stroke="${colours.sleep}"/>`, 28);
    y += 21;
    const shownOf = (id, k, noun) => `${$(id).textContent} of ${count.format(DATA.totals[k])} ${noun}`;
    words(0, y + 4, [`${shownOf("count-works", 0, "works")}, ${shownOf("count-citations", 1, "citations")}`, DATA.subtitle, DATA.attribution].filter(Boolean).join(" · "), ` fill="${colours.soft}"`);
  }
  const h = (bare ? world.h : y + 14) + top;
  if (!bare) out[0] = `<rect x="${round(-left)}" y="${round(-top)}" width="${round(w)}" height="${round(h)}" fill="${colours.bg}"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${round(-left)} ${round(-top)} ${round(w)} ${round(h)}" width="${round(w)}" height="${round(h)}" role="img" aria-label="${escaped(SUMMARY)}" font-family="${escaped(FONT)}" font-size="12">${out.join("\n")}</svg>\n`;
}
function save(content, type, name) {
  const url = URL.createObjectURL(new Blob([content], { type }));
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
const fileName = (plain(DATA.title).replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "").slice(0, 60) || "map");
$("save-svg").onclick = () => save(svg(), "image/svg+xml", `${fileName}.svg`);
$("save-csv").onclick = () => save(csv(), "text/csv;charset=utf-8", `${fileName}.csv`);
$("save-link").onclick = () => {
  $("link").hidden = false;
  $("link").value = location.href.split("#")[0] + toHash();
  $("link").select();
  const copied = navigator.clipboard?.writeText($("link").value);
  copied?.then(() => { $("status").textContent = "Link copied."; }, () => { $("status").textContent = "Copy the link from the field."; });
};
