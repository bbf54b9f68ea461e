/* The graph of the page and what can be asked of it. Works go by number; a citation goes citing -> cited and its number
   is its place in `cited`. Nothing here draws. The rule of time is that of `kg path`: a citation is usable if both works
   are dated and the citing one is not the earlier, by day where both days are known, else by year. */
"use strict";
const $ = (id) => document.getElementById(id);
const given = (name) => JSON.parse($(`data-${name}`).textContent);
const WORKS = given("works"), NODES = given("nodes"), EDGES = given("edges"), DATA = given("rest"), SUMMARY = given("summary");
function unpack(text) {
  const letters = atob(text), bytes = new Uint8Array(letters.length);
  for (let k = 0; k < letters.length; k += 1) bytes[k] = letters.charCodeAt(k);
  return new Uint32Array(bytes.buffer);
}
const N = WORKS.length, offsets = unpack(DATA.offsets), cited = unpack(DATA.cited), citing = new Uint32Array(cited.length);
const citerOffsets = new Uint32Array(N + 1), citerWorks = new Uint32Array(cited.length), citerCitations = new Uint32Array(cited.length);
for (let i = 0; i < N; i += 1) {
  const work = WORKS[i];
  work.title ??= work.id;
  work.authors ??= "";
  work.year ??= null;
  work.citations ??= null;
  for (let k = offsets[i]; k < offsets[i + 1]; k += 1) {
    citing[k] = i;
    citerOffsets[cited[k] + 1] += 1;
  }
}
for (let i = 0; i < N; i += 1) citerOffsets[i + 1] += citerOffsets[i];
{
  const next = citerOffsets.slice();
  for (let k = 0; k < cited.length; k += 1) {
    const at = next[cited[k]]++;
    citerWorks[at] = citing[k];
    citerCitations[at] = k;
  }
}
const RANK = new Uint32Array(N);
DATA.ranked.forEach((i, rank) => { RANK[i] = rank; });
const byId = new Map(WORKS.map((work, i) => [work.id, i]));
const references = (i) => cited.subarray(offsets[i], offsets[i + 1]);
const citers = (i) => citerWorks.subarray(citerOffsets[i], citerOffsets[i + 1]);
const citationOf = (a, b) => {
  for (let k = offsets[a]; k < offsets[a + 1]; k += 1) if (cited[k] === b) return k;
  return -1;
};
const timed = WORKS.some((work) => work.year !== null);
function usable(a, b) {
  if (!timed) return true;
  const p = WORKS[a], q = WORKS[b];
  if (p.year === null || q.year === null) return false;
  return p.date && q.date ? p.date >= q.date : p.year >= q.year;
}
const known = (i) => DATA.known.includes(WORKS[i].outcome ?? DATA.unknown);

/* every work reached from i along usable citations, with its distance: back to what it built on, or forward */
function reach(i, back, most = Infinity) {
  const distance = new Map([[i, 0]]);
  let level = [i];
  for (let hop = 1; level.length && hop <= most; hop += 1) {
    const next = [];
    for (const v of level)
      for (const u of back ? references(v) : citers(v))
        if (!distance.has(u) && (back ? usable(v, u) : usable(u, v))) { distance.set(u, hop); next.push(u); }
    level = next;
  }
  return distance;
}
/* works within some citations of i, whatever their direction and time */
function around(i, hops) {
  const met = new Set([i]);
  let level = [i];
  for (let hop = 0; hop < hops; hop += 1) {
    const next = [];
    for (const v of level)
      for (const row of [references(v), citers(v)])
        for (const u of row) if (!met.has(u)) { met.add(u); next.push(u); }
    level = next;
  }
  return met;
}
const inTime = (a, b) => {
  const p = WORKS[a], q = WORKS[b];
  const order = (p.year ?? 1e9) - (q.year ?? 1e9) || (p.date && q.date ? p.date.localeCompare(q.date) : 0);
  return order > 0 ? [b, a] : [a, b];
};
/* the shortest influence path old -> new; of several the first by work number, read from new back to old */
function shortest(old, fresh) {
  const distance = reach(old, false);
  if (!distance.has(fresh)) return null;
  const path = [fresh];
  for (let v = fresh; v !== old;) {
    const left = distance.get(v) - 1;
    v = references(v).find((u) => distance.get(u) === left && usable(v, u));
    path.push(v);
  }
  return path.reverse();
}
/* what a search without a result covered: the works reached back from new, how far, and how many leave the answer open */
function certificate(old, fresh) {
  const undated = timed ? [old, fresh].filter((i) => WORKS[i].year === null).length : 0;
  if (undated) return { hops: 0, works: 1, open: undated };
  const bound = WORKS[old].year, met = new Map();
  if (timed && bound > WORKS[fresh].year) return { hops: 0, works: 1, open: 0 };
  let level = [fresh];
  met.set(fresh, 0);
  for (let hop = 1; level.length; hop += 1) {
    const next = [];
    for (const v of level)
      for (const u of references(v))
        if (!met.has(u) && usable(v, u) && (!timed || WORKS[u].year >= bound)) { met.set(u, hop); next.push(u); }
    level = next;
  }
  if (timed)
    for (const [v, hop] of [...met]) for (const u of references(v)) if (WORKS[u].year === null && !met.has(u)) met.set(u, hop + 1);
  const day = timed ? firstDay(old) : null;
  const early = (w) => day !== null && WORKS[w].year === bound && WORKS[w].date && WORKS[w].date < day;
  const open = [...met.keys()].filter((w) => (timed && WORKS[w].year === null) || (!known(w) && !early(w)));
  return { hops: Math.max(...met.values()), works: met.size, open: open.length };
}
/* the first day on which a work can descend from old; null where any day of its year will do */
function firstDay(old) {
  const year = WORKS[old].year, met = new Set([old]);
  for (const v of met) {
    if (!WORKS[v].date) return null;
    for (const u of citers(v)) if (WORKS[u].year === year && usable(u, v)) met.add(u);
  }
  return WORKS[old].date;
}
