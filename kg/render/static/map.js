/* The drawing. NODES and EDGES (pyvis' lists), WORKS, DATA and SUMMARY stand before it. Positions come from Python; here
   they are stretched to the window's shape. page.js, which follows, holds the panel, search, filter and table. */
"use strict";
const $ = (id) => document.getElementById(id);
const still = matchMedia("(prefers-reduced-motion: reduce)");
const references = WORKS.map(() => []), citers = WORKS.map(() => []), touching = WORKS.map(() => []);
for (const edge of EDGES) {
  references[edge.from].push(edge.to);
  citers[edge.to].push(edge.from);
  touching[edge.from].push(edge.id);
  touching[edge.to].push(edge.id);
}
const steps = EDGES.filter((edge) => edge.width); /* of the influence path */
const PAD = { top: 46, right: 26, bottom: 8, left: 16 };
const FONT = "Inter, 'Helvetica Neue', Helvetica, Arial, 'Noto Sans', 'Noto Sans CJK SC', sans-serif";
const shown = WORKS.map(() => true);
let selected = null, hovered = null, colours = {}, world = {}, labels = [], labelKey = "", near = new Set();

/* ---- the drawing ---- */
const nodes = new vis.DataSet(), edges = new vis.DataSet(EDGES);
const network = new vis.Network($("map"), { nodes, edges }, {
  physics: false,
  layout: { improvedLayout: false },
  nodes: { fixed: true, font: { size: 0 } },
  edges: { width: 0.8, hoverWidth: 0, selectionWidth: 0, smooth: { type: "cubicBezier", forceDirection: "horizontal", roundness: 0.5 } },
  interaction: {
    hover: true, hideEdgesOnDrag: true, hideEdgesOnZoom: true, dragNodes: false, selectConnectedEdges: false, hoverConnectedEdges: false,
  },
});
const canvas = $("map").querySelector("canvas");
canvas.setAttribute("role", "img");
canvas.setAttribute("aria-label", SUMMARY);

function shapeWorld() {
  const box = $("map").getBoundingClientRect();
  const width = Math.max(200, box.width - PAD.left - PAD.right), height = Math.max(150, box.height - PAD.top - PAD.bottom);
  const f = Math.min(8, Math.max(1, 640 / width, 9000 / (DATA.gap * width), (13 * DATA.height) / (20 * height)));
  world = { kx: (width * f) / 1000, ky: Math.min((height * f) / DATA.height, 2.2 * f), width: width * f, fit: 1 / f, pad: f };
  world.height = DATA.height * world.ky;
  world.mark = markScale(world.fit);
  labelKey = "";
}
/* marks and the path keep about their size on screen, smaller where rows are close */
const markScale = (s) => Math.min(1.3, Math.max(0.45, (20 * world.ky * s) / 14)) / s;
const geometry = (node) => ({ id: node.id, x: node.x * world.kx, y: node.y * world.ky, size: node.size * world.mark });
const thicken = (s) => edges.update(steps.map((edge) => ({ id: edge.id, width: 3.6 / s })));
function scaleMarks() {
  const s = network.getScale(), mark = markScale(s);
  if (Math.abs(mark / world.mark - 1) < 0.08) return;
  world.mark = mark;
  nodes.update(NODES.map(geometry));
  thicken(s);
}
function fit(animate) {
  const { pad } = world, w = world.width + (PAD.left + PAD.right) * pad, h = world.height + (PAD.top + PAD.bottom) * pad;
  const box = $("map").getBoundingClientRect();
  const scale = Math.min(box.width / w, box.height / h);
  const position = { x: world.width / 2 + ((PAD.right - PAD.left) * pad) / 2, y: box.height / scale / 2 - PAD.top * pad };
  network.moveTo({ position, scale, animation: animate && !still.matches ? { duration: 350 } : false });
}
const view = () => {
  const s = network.getScale(), p = network.getViewPosition();
  return { s, x: (x) => (x - p.x) * s + canvas.clientWidth / 2, y: (y) => (y - p.y) * s + canvas.clientHeight / 2 };
};
function yearX(year) {
  const knots = DATA.axis;
  let k = 1;
  while (k < knots.length - 1 && year > knots[k][0]) k += 1;
  if (knots.length < 2) return 0;
  const [[a, xa], [b, xb]] = [knots[k - 1], knots[k]];
  return (xa + ((year - a) / (b - a)) * (xb - xa)) * world.kx;
}
const radius = (i) => NODES[i].size * world.mark;
const place = (i) => [NODES[i].x * world.kx, NODES[i].y * world.ky];
const onScreen = (ctx, draw) => {
  if (!colours.styles) return; /* vis draws once before the page has its colours */
  const ratio = canvas.width / canvas.clientWidth;
  ctx.save();
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  draw();
  ctx.restore();
};
const halo = (ctx, text, x, y, back) => {
  ctx.strokeStyle = back;
  ctx.lineWidth = 3;
  ctx.lineJoin = "round";
  ctx.strokeText(text, x, y);
  ctx.fillText(text, x, y);
};

network.on("beforeDrawing", (ctx) => onScreen(ctx, () => {
  const v = view(), w = canvas.clientWidth, h = canvas.clientHeight;
  ctx.fillStyle = colours.bg;
  ctx.fillRect(0, 0, w, h);
  const left = v.x(-PAD.left * world.pad + 2), right = v.x(world.width + PAD.right * world.pad - 2);
  ctx.fillStyle = colours.band;
  for (const [, top, bottom] of DATA.bands) {
    ctx.beginPath();
    ctx.roundRect(left, v.y(top * world.ky), right - left, v.y(bottom * world.ky) - v.y(top * world.ky), 6);
    ctx.fill();
  }
  if (DATA.dated) {
    const end = v.y(world.height);
    ctx.strokeStyle = colours.grid;
    ctx.lineWidth = 1;
    for (const year of ticks(v)) line(ctx, v.x(yearX(year)), 40, v.x(yearX(year)), end);
    if (DATA.start > DATA.axis[0][0]) {
      ctx.setLineDash([2, 4]);
      line(ctx, v.x(yearX(DATA.start)), 40, v.x(yearX(DATA.start)), end);
      ctx.setLineDash([]);
    }
  }
  placeLabels(ctx, v.s);
  ctx.strokeStyle = colours.sleep;
  const labelled = new Map(labels.filter((label) => label.right).map((label) => [label.i, label.w]));
  WORKS.forEach((work, i) => {
    if (!work.bar || !shown[i]) return;
    const [x, y] = [v.x(place(i)[0]), v.y(place(i)[1])];
    const start = x + radius(i) * v.s + (labelled.has(i) ? labelled.get(i) + 10 : 3);
    const stop = v.x(yearX(work.asleep[1]));
    ctx.globalAlpha = faded(i) ? 0.2 : work.asleep[2] ? 0.85 : 0.55;
    ctx.lineWidth = 1.8;
    ctx.setLineDash(work.asleep[2] ? [] : [4, 3]);
    if (stop - 3 > start) line(ctx, start, y, stop - 3, y);
    ctx.setLineDash([]);
    ctx.lineWidth = 1.4;
    ctx.beginPath();
    ctx.arc(stop, y, 2.8, 0, 7);
    ctx.stroke();
  });
}));
const line = (ctx, x1, y1, x2, y2) => {
  ctx.beginPath();
  ctx.moveTo(x1, y1);
  ctx.lineTo(x2, y2);
  ctx.stroke();
};
function ticks(v) {
  const last = DATA.axis.at(-1)[0], perYear = v.x(yearX(DATA.start + 1)) - v.x(yearX(DATA.start));
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((n) => n * perYear >= 56) ?? 1000;
  const years = [];
  for (let year = Math.ceil((DATA.start + 0.01) / step) * step; year <= last; year += step) years.push(year);
  return years;
}
const faded = (i) => selected !== null && i !== selected && !near.has(i);

network.on("afterDrawing", (ctx) => onScreen(ctx, () => {
  const v = view(), w = canvas.clientWidth, h = canvas.clientHeight;
  clearTimeout(world.timer);
  world.timer = setTimeout(scaleMarks, 120);
  ctx.textBaseline = "middle";
  for (const label of labels) {
    const [x, y] = [v.x(0) + label.x, v.y(0) + label.y];
    if (x > w || x + label.w < 0 || y < 30 || y > h + 10) continue;
    ctx.globalAlpha = faded(label.i) ? 0.4 : 1;
    ctx.font = label.font;
    ctx.fillStyle = colours.text;
    halo(ctx, label.text, x, y, colours.band);
  }
  ctx.globalAlpha = 1;
  ctx.font = `600 12px ${FONT}`;
  ctx.fillStyle = colours.soft;
  for (const [name, top, bottom] of DATA.bands) {
    const y = Math.max(v.y(top * world.ky) + 11, 50);
    if (name && y < v.y(bottom * world.ky) - 4) halo(ctx, name, Math.max(10, v.x(-PAD.left * world.pad) + 14), y, colours.band);
  }
  axis(ctx, v, w);
}));
function axis(ctx, v, w) {
  if (!DATA.dated) return;
  ctx.fillStyle = colours.bg;
  ctx.fillRect(0, 0, w, 38);
  ctx.font = `12px ${FONT}`;
  ctx.textAlign = "center";
  ctx.fillStyle = colours.soft;
  for (const year of ticks(v)) ctx.fillText(String(year), v.x(yearX(year)), 10);
  if (DATA.start > DATA.axis[0][0]) {
    ctx.textAlign = "right";
    ctx.fillText("earlier", v.x(yearX(DATA.start)) - 4, 10);
  }
  ctx.textAlign = "left";
  for (const [from, to, style] of DATA.eras) {
    const a = v.x(yearX(Math.max(from - 0.5, DATA.axis[0][0]))), b = v.x(yearX(to + 0.5));
    ctx.fillStyle = colours.styles[style];
    if (b > a) ctx.fillRect(a, 20, b - a, 5);
  }
  if (Object.keys(DATA.coverage).length) {
    ctx.fillStyle = colours.band;
    ctx.fillRect(v.x(0), 28, v.x(world.width) - v.x(0), 9);
  }
  ctx.fillStyle = colours.soft;
  for (const [year, share] of Object.entries(DATA.coverage)) {
    const x = v.x(yearX(Number(year))), wide = Math.max(2, v.x(yearX(Number(year) + 1)) - x - 2);
    if (share > 0 && year >= DATA.axis[0][0] && year <= DATA.axis.at(-1)[0]) ctx.fillRect(x - wide / 2, 37, wide, -Math.max(1, share * 9));
  }
}

/* ---- labels: constant size on screen, the more important first, none on another, on a mark, a bar or the path ---- */
function placeLabels(ctx, s) {
  const key = [s.toFixed(4), selected, hovered, world.kx, world.mark].join();
  if (key === labelKey) return;
  labelKey = key;
  labels = [];
  const cells = new Map();
  const spots = (b) => {
    const keys = [];
    for (let a = Math.floor(b[0] / 80); a <= Math.floor(b[2] / 80); a += 1)
      for (let c = Math.floor(b[1] / 20); c <= Math.floor(b[3] / 20); c += 1) keys.push(a * 100003 + c);
    return keys;
  };
  /* important labels may cross lines; those of the path and the chosen work also marks; none another label */
  const [LINE, MARK, LABEL] = [0, 1, 2];
  const put = (b, kind, owner = -1) => spots(b).forEach((k) => (cells.get(k) ?? cells.set(k, []).get(k)).push([b, kind, owner]));
  const blocked = (b, least, owner) => spots(b).some((k) => (cells.get(k) ?? []).some(([o, kind, who]) =>
    who !== owner && kind >= least && o[0] < b[2] && o[2] > b[0] && o[1] < b[3] && o[3] > b[1]));
  const at = (i) => place(i).map((value) => value * s);
  NODES.forEach((node, i) => {
    if (!shown[i]) return;
    const [x, y] = at(i), r = radius(i) * s;
    put([x - r, y - r, x + r, y + r], MARK, i);
    if (WORKS[i].bar) put([x, y - 2, yearX(WORKS[i].asleep[1]) * s + 3, y + 2], LINE, i);
  });
  ctx.font = `600 12px ${FONT}`;
  for (const [name, top, bottom] of DATA.bands) {
    const x = (-PAD.left * world.pad) * s, y = top * world.ky * s, end = bottom * world.ky * s;
    put([x, end, world.width * s, end + 4], LABEL);
    if (name) put([x + 12, y + 5, x + 16 + ctx.measureText(name).width, y + 16], LABEL);
  }
  for (const edge of steps) {
    const [xa, ya] = at(edge.to), [xb, yb] = at(edge.from);
    for (let t = 0; t <= 1; t += 0.01) {
      const u = 1 - t, bend = 3 * u * u * t + 3 * u * t * t; /* both handles lie half way */
      const x = u ** 3 * xa + bend * ((xa + xb) / 2) + t ** 3 * xb;
      const y = (u ** 3 + 3 * u * u * t) * ya + (3 * u * t * t + t ** 3) * yb;
      put([x - 2, y - 2, x + 2, y + 2], LINE);
    }
  }
  const budget = 48 * Math.max(1, s / world.fit) ** 2, chosen = new Set([selected, hovered, DATA.focus, ...DATA.path, ...near]);
  const rank = (i) => WORKS[i].rank - (i === selected || i === hovered ? 2e9 : chosen.has(i) ? 1e9 : 0);
  const order = WORKS.map((_, i) => i).filter((i) => shown[i]).sort((a, b) => rank(a) - rank(b));
  const min = -PAD.left * world.pad * s + 4, max = (world.width + PAD.right * world.pad) * s - 4;
  for (const i of order) {
    if (labels.length >= budget) break;
    const work = WORKS[i], font = `${work.seed || i === selected ? 650 : 400} 11.5px ${FONT}`;
    ctx.font = font;
    const w = (work.widths ??= {})[font] ?? (work.widths[font] = ctx.measureText(work.label).width);
    const [x, y] = at(i), r = radius(i) * s + 4;
    const sides = [[x + r, y], [x - r - w, y], [x - w / 2, y - r - 6], [x - w / 2, y + r + 6]];
    const boxes = sides.map(([a, b]) => [a - 1, b - 5.6, a + w + 1, b + 5.6])
      .filter((box) => box[0] > min && box[2] < max && box[1] > -9);
    const dear = chosen.has(i) ? LABEL : work.rank < 24 ? MARK : LINE;
    let box;
    for (let least = LINE; least <= dear && !box; least += 1) box = boxes.find((each) => !blocked(each, least, i));
    if (!box) continue;
    put(box, LABEL);
    labels.push({ i, w, font, box, text: work.label, x: box[0] + 1, y: box[1] + 5.6, right: box[0] > x });
  }
}

/* ---- colours ---- */
function paint() {
  const css = getComputedStyle(document.documentElement), dark = document.documentElement.dataset.theme === "dark";
  for (const name of ["bg", "band", "grid", "text", "soft", "edge", "sleep", "refs", "cites"])
    colours[name] = css.getPropertyValue(`--${name}`).trim();
  colours.styles = DATA.styles.map((style) => (dark ? style.dark : style.light));
  $("theme").setAttribute("aria-pressed", String(dark));
  const looks = NODES.map((node) => {
    const work = WORKS[node.id], fill = colours.styles[work.style];
    const ring = work.ring === null ? null : DATA.rings[work.ring][dark ? 2 : 1];
    const background = work.hollow ? colours.band : fill, plain = work.hollow ? fill : colours.band;
    const same = { background, border: node.id === selected ? colours.text : ring ?? plain };
    return {
      ...(nodes.length ? { id: node.id } : { ...node, ...geometry(node) }),
      color: { ...same, highlight: same, hover: same },
      borderWidth: ring ? 3 : work.hollow ? 2 : 1,
      opacity: faded(node.id) ? 0.32 : 1,
    };
  });
  network.setOptions({ edges: { color: { color: colours.edge, opacity: selected === null ? 0.32 : 0.1 } } });
  if (nodes.length) nodes.update(looks); else nodes.add(looks); /* a redraw comes with either */
}
function lift(i, on) {
  edges.update(touching[i].map((id) => edges.get(id)).filter((edge) => !EDGES[edge.id].width).map((edge) => (on
    ? { id: edge.id, width: 1.8, color: { color: edge.from === i ? colours.refs : colours.cites, opacity: 0.9 } }
    : { id: edge.id, width: 0.8, color: { color: colours.edge, opacity: 0.32 } })));
}
function theme(name) {
  document.documentElement.dataset.theme = name;
  paint();
  if (selected !== null) lift(selected, true);
  network.redraw();
}
