/* The side panel: one work, one citation, the path between two works. Text from sources is set by textContent only. */
const el = (tag, props = {}, ...children) => {
  const node = Object.assign(document.createElement(tag), props);
  node.append(...children.filter(Boolean));
  return node;
};
const text = (tag, content, className = "") => el(tag, { textContent: content, className, dir: "auto" });
const button = (label, onclick, props = {}) => el("button", { type: "button", textContent: label, onclick, ...props });
const count = new Intl.NumberFormat("en");
const many = (n, word) => `${count.format(n)} ${word}${n === 1 ? "" : "s"}`;
const pageOf = (work) => `${DATA.pages[0]}${encodeURIComponent(work.id)}${DATA.pages[1]}`; /* where an app shows the map */
const yearText = (work) => (work.year === null ? "year unknown" : String(work.year));
const href = (i) => `#work=${encodeURIComponent(WORKS[i].id)}`;
const byTime = (a, b) => (WORKS[a].year ?? 1e6) - (WORKS[b].year ?? 1e6) || RANK[a] - RANK[b];
const quoted = (id) => (/^[\w.:/-]+$/.test(id) ? id : `'${id.replaceAll("'", "'\\''")}'`);
const by = (work) => work.authors.split(";")[0];
const workLink = (i, ...extra) => el("a", { href: href(i) }, text("span", WORKS[i].title),
  text("small", [yearText(WORKS[i]), by(WORKS[i]), drawn[i] ? "" : "not drawn", ...extra].filter(Boolean).join(" · ")));

function workList(title, kind, list, pair) {
  const sorted = [...list].sort(byTime), most = 60;
  const items = sorted.slice(0, most).map((i) => {
    const k = pair(i), said = DATA.evidence[k];
    const more = said && button("evidence", () => showCitation(k), { className: "small", ariaLabel: `Evidence for this citation: ${WORKS[i].title}` });
    return el("li", {}, workLink(i), more);
  });
  const rest = sorted.length > most ? text("p", `${many(sorted.length - most, "more work")} not listed here`, "meta") : null;
  return [text("h3", `${title}: ${list.length ? count.format(list.length) : "none known"}`), el("ul", { className: `work-list ${kind}` }, ...items), rest];
}
function panel(i) {
  const work = WORKS[i], facts = el("dl");
  const fact = (name, value, why) => {
    if (value === null || value === undefined || value === "") return;
    facts.append(text("dt", name), el("dd", {}, text("span", value), why && el("code", { textContent: why, title: "Command that gives this figure" })));
  };
  const tally = (n) => (n === null || n === undefined ? null : count.format(n));
  fact("Citations in this graph", tally(work.citations));
  fact("Citations reported", tally(work.reported) ?? "unknown");
  fact("References reported", tally(work.references));
  if (DATA.sized) fact(DATA.size_label, work.value === undefined ? "unknown: too little data" : String(Number(work.value.toPrecision(6))));
  if (classes) fact("Class", classOf(i));
  if (work.asleep) fact("No citation", `${work.asleep[0]} to ${work.asleep[1]}`);
  if (work.awake) fact("Awakening", String(work.awake));
  for (const [name, value, why] of work.scores ?? []) fact(name.slice(0, 1).toUpperCase() + name.slice(1), value, why ?? `kg why ${quoted(work.id)} ${name}${DATA.where}`);
  for (const [scheme, label] of work.concepts ?? []) fact(scheme.slice(0, 1).toUpperCase() + scheme.slice(1), label);
  fact("Type", work.type);
  fact("Community", work.community);
  fact("Id", work.id);
  const links = (work.links ?? []).filter(([, url]) => /^https?:\/\//i.test(url));
  const claims = (work.claims ?? []).map((k) => DATA.claims[k]);
  const returns = DATA.returns.filter(([a, b]) => a === i || b === i);
  const lightButton = (label, name) => button(label, () => go({ lit: state.lit === name ? "" : name, with: null }), { ariaPressed: String(state.lit === name) });
  $("work").replaceChildren(...[
    button("Close", leave, { className: "close" }),
    text("h2", work.title, "title"),
    text("div", work.authors || "authors unknown", "meta"),
    text("div", [yearText(work), work.venue].filter(Boolean).join(" · "), "meta"),
    text("p", fate(i), "fate"),
    el("p", { className: "links" }, DATA.pages && el("a", { href: pageOf(work), textContent: "Its page" }), ...links.map(([name, url]) => el("a", { href: url, rel: "noopener noreferrer", target: "_blank", textContent: name }))),
    el("div", { className: "buttons", role: "group", ariaLabel: "Show on the map" },
      lightButton("Ancestors", "ancestors"), lightButton("Descendants", "descendants"),
      button("Path to another work …", choosing ? stopChoosing : chooseOther, { id: "path-to", ariaPressed: String(choosing) })),
    litNote(i),
    ...answer(),
    facts,
    text("p", `In this graph ${DATA.outcomes[work.outcome ?? DATA.unknown]}.${work.stub ? " The work is known only from the text of a reference." : ""}`, "meta"),
    ...(claims.length ? [text("h3", "Claims about it")] : []),
    ...claims.map((claim) => el("div", { className: "claim" }, text("div", claim.text), claim.verdict.length ? el("div", { className: "verdict-of" }, el("b", { textContent: claim.verdict[0] }), text("span", `: ${claim.verdict[1]}`)) : null,
      text("div", [claim.kind, claim.place].filter(Boolean).join(" · "), "meta"))),
    ...(returns.length ? [text("h3", "The same idea, with no known citation path")] : []),
    ...returns.map(([a, b, reason, , why]) => el("div", { className: "return" }, el("ul", { className: "work-list" }, el("li", {}, workLink(a === i ? b : a), button("Search for a path", () => go({ with: a === i ? b : a, lit: "" }, true), { className: "small" }))), text("div", reason, "meta"), why && el("code", { textContent: why }))),
    ...workList("References", "refs", references(i), (u) => citationOf(i, u)),
    ...workList("Citations", "cites", citers(i), (u) => citationOf(u, i)),
  ].filter(Boolean));
}
/* when a work was first cited, how late, and what limits that answer */
function fate(i) {
  const work = WORKS[i], years = [...citers(i)].map((k) => WORKS[k].year).filter((year) => year !== null);
  if (!work.citations) return `No work in this graph cites it${DATA.complete ? "" : "; works whose reference lists are missing may do so"}.`;
  if (!years.length || N < DATA.totals[0] || work.year === null) return `Cited by ${many(work.citations, "work")} in this graph.`;
  const first = Math.min(...years), late = first - work.year;
  const when = late > 0 ? `${many(late, "year")} after it appeared` : late < 0 ? "before its own year" : "in its own year";
  const doubt = late >= DATA.long && !work.asleep && !DATA.complete ? " Too few reference lists of the years between are known to say that it was not cited before." : "";
  return `Cited by ${many(work.citations, "work")} in this graph, ${work.citations > 1 ? "first " : ""}in ${first}, ${when}.${doubt}`;
}
function litNote(i) {
  if (!state.lit) return null;
  const all = reach(i, state.lit === "ancestors"), seen = [...all.keys()].filter((u) => drawn[u]).length - 1;
  const note = text("p", `${many(all.size - 1, state.lit.slice(0, -1))} in this graph, ${count.format(seen)} of them drawn.`, "meta");
  const near = [...all.keys()].filter((u) => !drawn[u]).sort((a, b) => all.get(a) - all.get(b) || RANK[a] - RANK[b]).slice(0, 40);
  if (near.length) note.append(" ", button(`Draw ${near.length} more`, () => { bring(near); go({}); }, { className: "small" }));
  return note;
}
/* the path between the two chosen works, or what a search without a result covered */
function answer() {
  if (state.work === null || state.with === null) return [];
  const [old, fresh] = inTime(state.work, state.with);
  const command = DATA.where === null ? "" : el("code", { textContent: `kg path ${quoted(WORKS[old].id)} ${quoted(WORKS[fresh].id)}${DATA.where}` });
  const brief = (work) => `${work.family ?? work.title} ${yearText(work)}`;
  const head = text("h3", `From ${brief(WORKS[old])} to ${brief(WORKS[fresh])}`);
  if (route.length) return [head, text("p", `Shortest path in this graph: ${many(route.length - 1, "citation")}.`, "meta"), pathList(route), command];
  const { hops, works, open } = certificate(old, fresh);
  const verdict = open
    ? `No path is known, but there may be one: ${works === 1 ? "the work searched has no complete reference list or no year" : `of the ${many(works, "work")} searched, up to ${many(hops, "citation")} back, ${count.format(open)} ${open === 1 ? "has" : "have"} no complete reference list or no year`}.`
    : `No path: ${works === 1 ? "the reference list of the work searched is" : `the reference lists of all ${many(works, "work")} searched are`} known.`;
  const ends = el("ul", { className: "work-list" }, el("li", {}, workLink(state.with)));
  const since = WORKS[old].year, led = [...reach(fresh, true).keys()].filter((u) => u !== fresh && since !== null && WORKS[u].year >= since).sort(byTime).slice(0, 5);
  const instead = led.length ? [text("h3", `Oldest works since ${since} that have a path to ${brief(WORKS[fresh])}`),
    el("ul", { className: "work-list" }, ...led.map((u) => el("li", {}, workLink(u), button("Show path", () => go({ work: u, with: fresh, lit: "" }, true), { className: "small", ariaLabel: `Show the path from ${WORKS[u].title}` }))))] : [];
  return [head, el("p", { className: "verdict", textContent: verdict }), ends, command, ...instead];
}
const pathList = (works) => el("ol", { className: "path" }, ...works.map((i) =>
  el("li", {}, el("a", { href: href(i) }, text("span", WORKS[i].year ?? "", "year"), " ", text("span", WORKS[i].title)))));

function showCitation(k) {
  citation = k;
  const [a, b] = [citing[k], cited[k]];
  $("cite").replaceChildren(
    button("Close", () => closeCitation(true), { className: "close" }),
    text("h2", "A citation", "title"),
    el("ul", { className: "work-list" }, el("li", {}, workLink(a))),
    text("p", "cites", "meta"),
    el("ul", { className: "work-list" }, el("li", {}, workLink(b))),
    text("h3", "Evidence"),
    el("ul", { className: "notes" }, ...(DATA.evidence[k] ?? []).map((n) => text("li", DATA.lines[n]))),
    ...(DATA.evidence[k] ? [] : [text("p", "The evidence for this citation is not in this page; `kg show` prints it.", "meta")]),
  );
  face("cite");
  liftEdges();
  network.redraw();
  $("cite").focus({ preventScroll: true });
}
function closeCitation(back) {
  if (citation === null) return;
  citation = null;
  liftEdges();
  face(state.work === null ? "about" : "work");
  if (back) (state.work === null ? $("map") : $("work")).focus({ preventScroll: true });
}
function face(name) {
  for (const one of ["about", "work", "cite"]) $(one).hidden = one !== name;
  $("panel").classList.toggle("open", name !== "about");
  $("panel").scrollTop = 0;
}

/* ---- choosing the other end of a path ---- */
let choosing = false;
function chooseOther() {
  choosing = true;
  $("banner").hidden = false;
  $("path-to")?.setAttribute("aria-pressed", "true");
  $("status").textContent = $("banner-text").textContent;
  $("search").focus();
  $("search").select(); /* what was looked for before gives way */
}
function stopChoosing() {
  choosing = false;
  $("banner").hidden = true;
  $("path-to")?.setAttribute("aria-pressed", "false");
}
$("banner-stop").onclick = () => { stopChoosing(); $("work").focus(); };

/* ---- search ---- */
const plain = (words) => words.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
let haystack = null, hits = [], active = -1;
function find() {
  haystack ??= WORKS.map((work) => plain([work.title, work.authors, work.year ?? "", work.id].join(" ")));
  const words = plain($("search").value).split(/\s+/).filter(Boolean);
  hits = words.length ? DATA.ranked.filter((i) => words.every((word) => haystack[i].includes(word))) : [];
  const all = hits.length;
  const exact = byId.get($("search").value.trim()) ?? null, order = (i) => (i === exact ? 0 : drawn[i] ? 1 : 2);
  hits = hits.sort((a, b) => order(a) - order(b)).slice(0, 30);
  $("hits").replaceChildren(...hits.map((i, k) => {
    const props = { id: `hit-${k}`, role: "option", onmousedown: (event) => event.preventDefault(), onclick: () => take(k) };
    return el("li", props, text("span", WORKS[i].title), text("small", [WORKS[i].authors, yearText(WORKS[i]), drawn[i] ? "" : "not drawn"].filter(Boolean).join(", ")));
  }));
  if (!hits.length) $("hits").append(el("li", { role: "option", textContent: "No work found in this page." }));
  else if (all > 30) $("hits").append(el("li", { role: "option", ariaDisabled: "true", textContent: `${count.format(all - 30)} more: add a word to narrow the search` }));
  $("hits").hidden = !words.length;
  $("search").setAttribute("aria-expanded", String(words.length > 0));
  pointAt(hits.length ? 0 : -1);
}
function pointAt(k) {
  active = k;
  [...$("hits").children].forEach((item, n) => item.setAttribute("aria-selected", String(n === k)));
  $("hits").children[k]?.scrollIntoView({ block: "nearest" });
  if (k < 0) $("search").removeAttribute("aria-activedescendant"); else $("search").setAttribute("aria-activedescendant", `hit-${k}`);
}
function shut() {
  $("hits").hidden = true;
  $("search").setAttribute("aria-expanded", "false");
  $("search").removeAttribute("aria-activedescendant");
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
    if (hits.length) pointAt((active + (event.key === "ArrowDown" ? 1 : hits.length - 1)) % hits.length);
  } else if (event.key === "Enter") take(active);
  else if (event.key === "Escape" && $("search").value) { event.stopPropagation(); shut(); $("search").value = ""; }
});
