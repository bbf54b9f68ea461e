/* Labels: constant size on screen, the more important first, none on another, and none beside another mark, whose it would
   seem to be, unless it must stand somewhere; only those of the works the reader chose may cover marks. */
const HALF = 5.8; /* half the height of a label */
/* the label of a work, and a shorter one for where there is less room */
function labelTexts(work) {
  if (work.labels) return work.labels;
  const first = work.family ?? "", colon = work.title.indexOf(":");
  let head = colon > 0 ? work.title.slice(0, colon).trim() : work.title;
  const room = first ? 25 : 34;
  if (head.length > room) {
    const cut = head.lastIndexOf(" ", room);
    head = `${head.slice(0, cut > 8 ? cut : room - 1).replace(/[ ,;:.\-–]+$/, "")}…`;
  }
  const brief = `${first}${work.year === null ? "" : ` ${work.year}`}`;
  work.labels = first ? [`${brief}  ${head}`, brief] : [head];
  return work.labels;
}
function placeLabels(ctx, s) {
  const key = [s.toFixed(4), state.work, state.with, hovered, world.kt, world.kl, world.mark, world.shown].join();
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
  /* labels of paths, of neighbours and of the first works may cross lines, and stand beside other marks where there is no
     other room; those of chosen works may cover marks */
  const [LINE, BESIDE, MARK, LABEL] = [0, 1, 2, 3], GAP = 9;
  const put = (b, kind, owner = -1) => spots(b).forEach((k) => (cells.get(k) ?? cells.set(k, []).get(k)).push([b, kind, owner]));
  const blocked = (b, least, owner) => spots(b).some((k) => (cells.get(k) ?? []).some(([o, kind, who]) =>
    who !== owner && kind >= least && o[0] < b[2] && o[2] > b[0] && o[1] < b[3] && o[3] > b[1]));
  const at = (i) => place(i).map((value) => value * s);
  const order = [];
  for (const i of nodes.getIds()) {
    if (!shown[i]) continue;
    order.push(i);
    const [x, y] = at(i), r = radius(i) * s;
    put([x - r, y - r + 0.8, x + r, y + r - 0.8], MARK, i);
    put([x - r - GAP, y - r + 0.8, x + r + GAP, y + r - 0.8], BESIDE, i);
    if (!WORKS[i].bar) continue;
    const [ex, ey] = point(yearAt(WORKS[i].asleep[1]), across(i)).map((value) => value * s);
    put(state.down ? [x - 2, y, x + 2, ey + 3] : [x, y - 2, ex + 3, y + 2], LINE, i);
  }
  for (const lane of lanes) {
    const [x, y] = point(0, lane.top).map((value) => value * s), [, end] = point(0, lane.bottom).map((value) => value * s);
    if (!state.down) put([x - 8, end, world.w * s, end + 4], LABEL);
    if (lane.head && !lane.away) put([x - 4, y, x + lane.head.offsetWidth + 6, y + 21], LABEL);
  }
  const lines = lifted.size > 200 ? [] : [...lifted.keys()].map((k) => curve(citing[k], cited[k]));
  for (const [x1, y1, cx1, cy1, cx2, cy2, x2, y2] of [...rivers().map((flow) => flow.points), ...lines])
    for (let t = 0; t <= 1; t += 0.01) {
      const u = 1 - t, [a, b, c, d] = [u ** 3, 3 * u * u * t, 3 * u * t * t, t ** 3];
      const [x, y] = [(a * x1 + b * cx1 + c * cx2 + d * x2) * s, (a * y1 + b * cy1 + c * cy2 + d * y2) * s];
      put([x - 2, y - 2, x + 2, y + 2], LINE);
    }
  const budget = 48 * Math.max(1, (s * s * world.w * world.h) / (canvas.clientWidth * canvas.clientHeight));
  const chosen = new Set([state.work, state.with, hovered, DATA.focus]);
  const close = new Set([...DATA.path, ...route, ...(lit ? [] : near)]);
  const again = new Set(DATA.returns.flatMap(([a, b]) => [a, b]));
  const rank = (i) => RANK[i] - (i === state.work || i === state.with || i === hovered ? 2e9 : again.has(i) && !lit ? 1.5e9 : close.has(i) || i === DATA.focus ? 1e9 : lit?.has(i) ? 5e8 : 0);
  order.sort((a, b) => rank(a) - rank(b));
  const min = state.down ? -8 : -PAD.left * s + 4, max = (world.w + PAD.right) * s - 4;
  for (const i of order) {
    if (labels.length >= budget) break;
    const work = WORKS[i], font = `${work.seed || i === state.work ? 650 : 400} 11.5px ${FONT}`;
    const most = chosen.has(i) ? LABEL : close.has(i) || RANK[i] < 24 || work.seed ? MARK : LINE;
    ctx.font = font;
    const [x, y] = at(i), r = radius(i) * s + 4;
    let box, w, text;
    const texts = labelTexts(work), tries = [[BESIDE, texts], [most, texts]].slice(0, most > BESIDE ? 2 : 1);
    for (const [loosest, words] of tries.flatMap(([cap, all]) => all.map((each) => [Math.min(cap, most), each]))) {
      text = words;
      w = (work.widths ??= {})[font + text] ?? (work.widths[font + text] = ctx.measureText(text).width);
      const sides = [[x + r, y], [x - r - w, y], [x - w / 2, y - r - 6], [x - w / 2, y + r + 6],
        ...[9, 14].flatMap((dy) => [[x + r - 2, y - dy], [x + r - 2, y + dy], [x - r - w + 2, y - dy], [x - r - w + 2, y + dy]])];
      const boxes = sides.map(([a, b]) => [a - 1, b - HALF, a + w + 1, b + HALF]).filter((each) => each[0] > min && each[2] < max && each[1] > -9);
      for (let least = LINE; least <= loosest && !box; least += 1) box = boxes.find((each) => !blocked(each, least, i));
      if (box) break;
    }
    if (!box) continue;
    put(box, LABEL);
    labels.push({ i, w, font, box, text, x: box[0] + 1, y: box[1] + HALF, right: box[0] > x });
  }
}
