/* The drawing. Lanes, rows and years come from Python; here they are stretched to the window's shape, and lanes grow as
   works are brought in. `t` runs along the years, `l` across the lanes; years go right, or down where state.down says so. */
const M = DATA.measures, PAD = { top: 46, right: 26, bottom: 8, left: 16 }; /* room for the axis; see shapeWorld */
const FONT = "Inter, 'Helvetica Neue', Helvetica, Arial, 'Noto Sans', 'Noto Sans CJK SC', sans-serif";
const COLUMN = 112, HEADS = 78; /* years down: pixels that a lane is wide at least, and the height of its name */
const still = matchMedia("(prefers-reduced-motion: reduce)");
const X = new Float64Array(N), ROW = new Int32Array(N).fill(-1), drawn = new Uint8Array(N), shown = new Uint8Array(N);
for (const [i, [, x, row]] of Object.entries(DATA.rows)) { X[i] = x; ROW[i] = row; }
const state = { work: null, with: null, lit: "", from: null, to: null, year: null, era: "", concept: "", class: "", min: 0, hops: 0, open: {}, down: DATA.down, colour: DATA.colourings[0][0], theme: "" };
let hovered = null, lit = null, colours = {}, world = { header: M.header }, labels = [], labelKey = "", near = new Set(), route = [], citation = null;
let style = DATA.colourings[0];
const classes = DATA.colourings.find(([name]) => name === "class"), classOf = (i) => classes && classes[1][classes[2][i]].label;

/* vis-network is made once all is in its place, so that it reads every mark and citation once */
const nodes = new vis.DataSet(), edges = new vis.DataSet();
let network = null, canvas = null;
function connect() {
  network = new vis.Network($("map"), { nodes, edges }, {
    physics: false,
    layout: { improvedLayout: false },
    nodes: { fixed: true, font: { size: 0 } },
    edges: { width: 0.8, hoverWidth: 0, selectionWidth: 0, ...edgeOptions() },
    interaction: { hover: true, hideEdgesOnDrag: true, hideEdgesOnZoom: true, dragNodes: false, selectConnectedEdges: false, hoverConnectedEdges: false },
  });
  canvas = $("map").querySelector("canvas");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", SUMMARY);
  network.on("beforeDrawing", (ctx) => onScreen(ctx, under));
  network.on("afterDrawing", (ctx) => onScreen(ctx, over));
}

/* ---- lanes: as tall as the works drawn in them need ---- */
const lanes = DATA.lanes.map((name) => ({ name, works: [], top: 0, bottom: 0, left: 0, years: new Map() }));
for (const i of DATA.ranked) lanes[DATA.lane[i]].works.push(i);
function tally() {
  for (const lane of lanes) {
    lane.rows = 1;
    lane.left = 0;
    lane.years = new Map();
    for (const i of lane.works)
      if (drawn[i]) lane.rows = Math.max(lane.rows, ROW[i] + 1);
      else {
        lane.left += 1;
        if (WORKS[i].year !== null) lane.years.set(WORKS[i].year, (lane.years.get(WORKS[i].year) ?? 0) + 1);
      }
    lane.away = lane === lanes[DATA.undated] && lane.left === lane.works.length; /* nothing to see */
  }
  world.crowd = Math.max(1, ...lanes.flatMap((lane) => [...lane.years.values()]));
}
function stack() {
  let top = 0;
  const least = state.down ? COLUMN / (world.kl ?? 1) : 0; /* a column is wide enough for its name */
  for (const lane of lanes) {
    lane.top = top;
    if (lane.away) { lane.bottom = top; continue; }
    lane.bottom = top + Math.max(least, world.header + Math.max(M.row * lane.rows, lane.left ? M.strip : 0) + M.gap / 2);
    top = lane.bottom + M.gap;
  }
  world.rows = Math.max(top - M.gap, M.row);
}
/* a work without a place of its own takes the first free row of its lane */
function settle(i) {
  if (ROW[i] >= 0) return;
  X[i] = WORKS[i].year === null ? (M.width * (RANK[i] + 0.5)) / N : yearAt(WORKS[i].year);
  const taken = new Set(lanes[DATA.lane[i]].works.filter((j) => ROW[j] >= 0 && Math.abs(X[j] - X[i]) < M.mark).map((j) => ROW[j]));
  ROW[i] = 0;
  while (taken.has(ROW[i])) ROW[i] += 1;
}
function yearAt(year) {
  const knots = DATA.axis;
  let k = 1;
  while (k < knots.length - 1 && year > knots[k][0]) k += 1;
  if (knots.length < 2) return 0;
  const [[a, xa], [b, xb]] = [knots[k - 1], knots[k]];
  return xa + ((year - a) / (b - a)) * (xb - xa);
}
function shapeWorld() {
  Object.assign(PAD, state.down ? { left: 46, top: HEADS + 10 } : { left: 16, top: 46 });
  const box = $("map").getBoundingClientRect();
  const width = Math.max(200, box.width - PAD.left - PAD.right), height = Math.max(150, box.height - PAD.top - PAD.bottom);
  const [along, across] = state.down ? [height, width] : [width, height];
  const row = state.down ? 16 : 9.5; /* pixels that a row needs at least */
  world.kt = Math.max(along, state.down ? 560 : 320) / M.width;
  for (let round = 0; round < 3; round += 1) { /* names of lanes keep their height on screen */
    world.kl = Math.min(Math.max(across / world.rows, row / M.row), state.down ? 6 : 2.2);
    world.header = state.down ? 6 : Math.max(M.header * 0.8, 23 / world.kl);
    stack();
  }
  world.long = M.width * world.kt;
  world.tall = world.rows * world.kl;
  world.w = state.down ? world.tall : world.long;
  world.h = state.down ? world.long : world.tall;
  world.mark = markScale(1);
  labelKey = "";
}
/* marks and rivers keep about their size on screen, smaller where rows are close */
const markScale = (s) => Math.min(1.3, Math.max(0.45, (M.row * Math.min(world.kl, 1.6) * s) / 14)) / s;
const point = (t, l) => (state.down ? [l * world.kl, t * world.kt] : [t * world.kt, l * world.kl]);
const across = (i) => lanes[DATA.lane[i]].top + world.header + M.row * (ROW[i] + 0.5);
const place = (i) => point(X[i], across(i));
const shape = (i) => style[1][style[2][i]].shape;
const radius = (i) => DATA.sizes[i] * (DATA.shapes[shape(i)] ?? 1) * world.mark;
const geometry = (i) => { const [x, y] = place(i); return { id: i, x, y, size: radius(i) }; };
function scaleMarks() {
  const mark = markScale(network.getScale());
  if (Math.abs(mark / world.mark - 1) < 0.08) return;
  world.mark = mark;
  nodes.update(nodes.getIds().map(geometry));
}
function fit(animate, whole = true) {
  const box = $("map").getBoundingClientRect();
  const w = world.w + PAD.left + PAD.right, h = world.h + PAD.top + PAD.bottom;
  let scale = Math.min(box.width / w, box.height / h);
  if (scale < 0.9 && !whole) scale = 1; /* too much for one view: begin at the first lane */
  const position = { x: Math.max(world.w / 2 + (PAD.right - PAD.left) / 2, box.width / scale / 2 - PAD.left), y: box.height / scale / 2 - PAD.top };
  if (w * scale > box.width + 1) {
    const least = box.width / scale / 2 - PAD.left, start = DATA.path.length && !whole ? place(DATA.path[0])[0] : least;
    position.x = Math.max(least, Math.min(start, world.w + PAD.right - box.width / scale / 2)); /* a path is in sight */
  }
  network.moveTo({ position, scale, animation: animate && !still.matches ? { duration: 350 } : false });
}
const view = () => {
  const s = network.getScale(), p = network.getViewPosition();
  return { s, x: (x) => (x - p.x) * s + canvas.clientWidth / 2, y: (y) => (y - p.y) * s + canvas.clientHeight / 2 };
};
const onScreen = (ctx, draw) => {
  const ratio = canvas.width / canvas.clientWidth;
  ctx.save();
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  draw(ctx);
  ctx.restore();
};
/* the curve of a citation, as vis draws it: both handles half way along the years */
function curve(a, b) {
  const [x1, y1] = place(a), [x2, y2] = place(b);
  return state.down ? [x1, y1, x1, (y1 + y2) / 2, x2, (y1 + y2) / 2, x2, y2] : [x1, y1, (x1 + x2) / 2, y1, (x1 + x2) / 2, y2, x2, y2];
}
/* what lies under the marks, as shapes for the canvas and for SVG alike, in the world's own measures */
function rivers() {
  const flows = [];
  const step = (a, b, colour, width, opacity, dash) => {
    if (shown[a] && shown[b]) flows.push({ a, b, points: curve(a, b), colour, width, opacity, dash });
  };
  const path = route.length ? route : DATA.path, dim = lit && !route.length ? 0.2 : 1;
  for (const [a, b] of DATA.main) step(a, b, colours.main, 7 + 9 * (DATA.weights[citationOf(b, a)] ?? 0), lit || state.work !== null ? 0.12 : 0.42);
  path.slice(1).forEach((b, k) => { step(path[k], b, colours.path, 9, 0.25 * dim); step(path[k], b, colours.path, 3.4, 0.95 * dim); });
  for (const [a, b, , decided] of DATA.returns) {
    const away = lit ? !(lit.has(a) && lit.has(b)) : state.work !== null && state.work !== a && state.work !== b;
    step(a, b, colours.back, 1.8, away ? 0.2 : 0.9, decided ? [7, 5] : [0.5, 5]); /* dots: missing reference lists may hide a path */
  }
  return flows;
}

function under(ctx) {
  const v = view(), w = canvas.clientWidth, h = canvas.clientHeight;
  ctx.fillStyle = colours.bg;
  ctx.fillRect(0, 0, w, h);
  for (const lane of lanes) {
    if (lane.away) continue;
    const [x1, y1] = point(-8 / world.kt, lane.top), [x2, y2] = point(M.width + PAD.right / 2 / world.kt, lane.bottom);
    ctx.fillStyle = colours.band;
    ctx.beginPath();
    ctx.roundRect(v.x(x1), v.y(y1), v.x(x2) - v.x(x1), v.y(y2) - v.y(y1), 6);
    ctx.fill();
    crowd(ctx, v, lane);
  }
  if (DATA.dated) {
    ctx.strokeStyle = colours.grid;
    ctx.lineWidth = 1;
    for (const year of ticks(v)) line(ctx, v, yearAt(year));
    if (DATA.start > DATA.axis[0][0]) {
      ctx.setLineDash([2, 4]);
      line(ctx, v, yearAt(DATA.start));
      ctx.setLineDash([]);
    }
  }
  placeLabels(ctx, v.s);
  for (const flow of rivers()) {
    const [a, b, c, d, e, f, g, k] = flow.points.map((n, at) => (at % 2 ? v.y(n) : v.x(n)));
    ctx.strokeStyle = flow.colour;
    ctx.globalAlpha = flow.opacity;
    ctx.lineWidth = flow.width;
    ctx.lineCap = "round";
    ctx.setLineDash(flow.dash ?? []);
    ctx.beginPath();
    ctx.moveTo(a, b);
    ctx.bezierCurveTo(c, d, e, f, g, k);
    ctx.stroke();
  }
  ctx.setLineDash([]);
  ctx.lineCap = "butt";
  for (const bar of bars(v.s)) {
    ctx.globalAlpha = bar.opacity;
    ctx.strokeStyle = colours.sleep;
    ctx.lineWidth = 3;
    const [x1, y1, x2, y2] = [v.x(bar.from[0]), v.y(bar.from[1]), v.x(bar.to[0]), v.y(bar.to[1])];
    if (bar.long) {
      ctx.beginPath();
      ctx.moveTo(x1, y1);
      ctx.lineTo(x2, y2);
      ctx.stroke();
    }
    ctx.lineWidth = 1.4;
    ctx.fillStyle = colours.band;
    ctx.beginPath();
    ctx.arc(x2, y2, 3, 0, 7);
    ctx.fill();
    ctx.stroke();
    if (bar.awake) spark(ctx, v.x(bar.awake[0]), v.y(bar.awake[1]));
  }
  ctx.globalAlpha = 1;
}
const line = (ctx, v, t) => {
  const [x1, y1] = point(t, 0), [x2, y2] = point(t, world.rows);
  ctx.beginPath();
  if (state.down) { ctx.moveTo(v.x(x1), v.y(y1)); ctx.lineTo(v.x(x2), v.y(y2)); }
  else { ctx.moveTo(v.x(x1), 40); ctx.lineTo(v.x(x2), v.y(y2)); }
  ctx.stroke();
};
/* the awakening of a history: a small sun */
function spark(ctx, x, y) {
  ctx.strokeStyle = colours.path;
  ctx.lineWidth = 2;
  for (let k = 0; k < 4; k += 1) {
    const [dx, dy] = [Math.cos((k * Math.PI) / 4) * 6, Math.sin((k * Math.PI) / 4) * 6];
    ctx.beginPath();
    ctx.moveTo(x - dx, y - dy);
    ctx.lineTo(x + dx, y + dy);
    ctx.stroke();
  }
}
/* the works of a lane that are not drawn, as a silhouette over the years */
function crowd(ctx, v, lane) {
  if (!lane.left || !lane.years.size) return;
  ctx.fillStyle = colours.crowd;
  for (const [x, y, w, h] of silhouette(lane)) ctx.fillRect(v.x(x), v.y(y), w * v.s, h * v.s);
}
function silhouette(lane) {
  const boxes = [], room = Math.min(lane.bottom - lane.top - 6, M.header + M.strip - 8);
  for (const [year, count] of lane.years) {
    if (year < DATA.axis[0][0] || year > DATA.axis.at(-1)[0]) continue;
    const tall = Math.max(0.8, room * Math.sqrt(count / world.crowd)), t = yearAt(year), wide = (yearAt(DATA.start + 1) - yearAt(DATA.start)) * 0.86;
    const end = M.width + PAD.right / 2 / world.kt;
    const [x1, y1] = point(Math.max(t - wide / 2, -4), lane.bottom - tall), [x2, y2] = point(Math.min(t + wide / 2, end), lane.bottom);
    boxes.push([x1, y1, x2 - x1, y2 - y1]);
  }
  return boxes;
}
/* years without citations: where each bar runs */
function bars(s) {
  const labelled = new Map(labels.filter((label) => label.right).map((label) => [label.i, label.w]));
  const found = [];
  WORKS.forEach((work, i) => {
    if (!work.bar || !drawn[i] || !shown[i]) return;
    const t = X[i] + (radius(i) + ((!state.down && labelled.has(i) ? labelled.get(i) + 10 : 3)) / s) / world.kt, l = across(i), end = yearAt(work.asleep[1]);
    found.push({
      i, from: point(t, l), to: point(end, l), long: end - 3 / s / world.kt > t,
      awake: work.awake ? point(yearAt(work.awake), l) : null, opacity: faded(i) ? 0.2 : 0.9,
    });
  });
  return found;
}
function ticks(v) {
  const last = DATA.axis.at(-1)[0], perYear = (yearAt(DATA.start + 1) - yearAt(DATA.start)) * world.kt * v.s;
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((n) => n * perYear >= (state.down ? 26 : 56)) ?? 1000;
  const years = [];
  for (let year = Math.ceil((DATA.start + 0.01) / step) * step; year <= last; year += step) years.push(year);
  return years;
}
const faded = (i) => (lit ? !lit.has(i) : state.work !== null && i !== state.work && !near.has(i));

function over(ctx) {
  const v = view(), w = canvas.clientWidth, h = canvas.clientHeight;
  clearTimeout(world.timer);
  world.timer = setTimeout(scaleMarks, 120);
  ctx.textBaseline = "middle";
  for (const label of labels) {
    const [x, y] = [v.x(0) + label.x, v.y(0) + label.y];
    if (x > w || x + label.w < 0 || y < 30 || y > h + 10) continue;
    ctx.globalAlpha = faded(label.i) ? 0.4 : 1;
    ctx.font = label.font;
    ctx.fillStyle = colours.band;
    ctx.globalAlpha *= 0.72; /* lines behind a label stay faint */
    ctx.fillRect(x - 1, y - HALF, label.w + 2, 2 * HALF);
    ctx.globalAlpha = faded(label.i) ? 0.4 : 1;
    ctx.fillStyle = colours.text;
    ctx.strokeStyle = colours.band;
    ctx.lineWidth = 3;
    ctx.lineJoin = "round";
    ctx.strokeText(label.text, x, y);
    ctx.fillText(label.text, x, y);
  }
  ctx.globalAlpha = 1;
  axis(ctx, v, w, h);
  moveHeads(v);
}
/* years, eras and the share of reference lists known: along the top, or down the left side */
function axis(ctx, v, w, h) {
  if (!DATA.dated) return;
  const along = (year) => { const [x, y] = point(yearAt(year), 0); return state.down ? v.y(y) : v.x(x); };
  const box = (from, to, at, thick) => (state.down ? ctx.fillRect(at, from, thick, to - from) : ctx.fillRect(from, at, to - from, thick));
  ctx.fillStyle = colours.bg;
  if (state.down) { ctx.fillRect(0, 0, w, HEADS); ctx.fillRect(0, 0, 34, h); } else ctx.fillRect(0, 0, w, 38);
  ctx.font = `12px ${FONT}`;
  ctx.textAlign = state.down ? "left" : "center";
  ctx.fillStyle = colours.soft;
  const write = (text, at) => (state.down ? ctx.fillText(text, 0, at) : ctx.fillText(text, at, 10));
  for (const year of ticks(v)) if (!state.down || along(year) > HEADS + 8) write(String(year), along(year));
  if (DATA.start > DATA.axis[0][0] && !state.down) {
    ctx.textAlign = "right";
    write("earlier", along(DATA.start) - 4);
  }
  ctx.textAlign = "left";
  for (const [from, to, k] of DATA.eras) {
    const a = along(Math.max(from - 0.5, DATA.axis[0][0])), b = along(to + 0.5);
    ctx.fillStyle = colours.eras[k];
    if (b > a) box(state.down ? Math.max(a, HEADS) : a, b, state.down ? 29 : 20, 5);
  }
  if (state.down) return;
  if (Object.keys(DATA.coverage).length) {
    ctx.fillStyle = colours.band;
    ctx.fillRect(v.x(0), 28, v.x(world.w) - v.x(0), 9);
  }
  ctx.fillStyle = colours.soft;
  for (const [year, share] of Object.entries(DATA.coverage)) {
    const x = along(Number(year)), wide = Math.max(2, along(Number(year) + 1) - x - 2);
    if (share > 0 && year >= DATA.axis[0][0] && year <= DATA.axis.at(-1)[0]) ctx.fillRect(x - wide / 2, 37, wide, -Math.max(1, share * 9));
  }
}

/* ---- colours ---- */
function paint() {
  const css = getComputedStyle(document.documentElement), dark = document.documentElement.dataset.theme === "dark";
  for (const name of ["bg", "band", "grid", "text", "soft", "edge", "sleep", "refs", "cites", "crowd", "main", "path", "back"])
    colours[name] = css.getPropertyValue(`--${name}`).trim();
  colours.styles = style[1].map((one) => (dark ? one.dark : one.light));
  colours.eras = DATA.era_styles.map((one) => (dark ? one.dark : one.light));
  $("theme").setAttribute("aria-pressed", String(dark));
  nodes.update(nodes.getIds().map(look));
  const wanted = edgeOptions(), key = JSON.stringify(wanted);
  if (key !== world.edges) network?.setOptions({ edges: wanted });
  world.edges = key;
  liftEdges();
}
const edgeOptions = () => ({
  color: { color: colours.edge, opacity: lit || state.work !== null ? 0.1 : calm() },
  smooth: { type: "cubicBezier", forceDirection: state.down ? "vertical" : "horizontal", roundness: 0.5 },
});
function look(i) {
  const work = WORKS[i], dark = document.documentElement.dataset.theme === "dark", fill = colours.styles[style[2][i]];
  const ring = work.ring === undefined ? null : DATA.rings[work.ring][dark ? 2 : 1];
  const background = work.hollow ? colours.band : fill, plain = work.hollow ? fill : colours.band;
  const same = { background, border: i === state.work || i === state.with ? colours.text : ring ?? plain };
  return { ...geometry(i), shape: shape(i), color: { ...same, highlight: same, hover: same }, borderWidth: ring ? 3 : i === state.work || work.hollow ? 2 : 1, opacity: faded(i) ? 0.28 : 1 };
}
const plainWidth = (k) => 0.8 + 3.4 * (DATA.weights[k] ?? 0);
const calm = () => Math.max(0.06, Math.min(0.34, 0.34 * Math.sqrt(300 / Math.max(1, edges.length)))); /* many citations are drawn fainter */
let lifted = new Map();
function liftEdges() {
  const now = new Map();
  const put = (k, colour, width) => { if (edges.get(k)) now.set(k, { id: k, width, color: { color: colour, opacity: 0.9 } }); };
  if (lit) for (const i of lit) for (let k = offsets[i]; k < offsets[i + 1]; k += 1) if (lit.has(cited[k]) && !route.length) put(k, colours.refs, 1.2);
  if (state.work !== null && !route.length) {
    for (let k = offsets[state.work]; k < offsets[state.work + 1]; k += 1) put(k, colours.refs, 1.8);
    for (let at = citerOffsets[state.work]; at < citerOffsets[state.work + 1]; at += 1) put(citerCitations[at], colours.cites, 1.8);
  }
  if (citation !== null) put(citation, colours.text, 3);
  const back = [...lifted.keys()].filter((k) => !now.has(k) && edges.get(k)).map((k) => ({ id: k, width: plainWidth(k), color: { color: colours.edge, opacity: lit || state.work !== null ? 0.1 : calm() } }));
  edges.update([...back, ...now.values()]);
  lifted = now;
}
