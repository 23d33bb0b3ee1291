/**
 * A small web server for the tests of the islands alone: plain pages, a little API, and the strict content security
 * policy of the real one. The journeys of `journeys.test.mjs` use the real server instead.
 */
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';

const DIST = join(import.meta.dirname, '../../dist');
const CSP =
  "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; worker-src 'self'; connect-src 'self'";
const TYPES = { '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json', '.svg': 'image/svg+xml', '.woff2': 'font/woff2' };
const API = '/api/explore/v2.1/catalog/datasets/towns';
const FIELDS = [
  { name: 'name', label: 'Nom', type: 'text' },
  { name: 'population', label: 'Population', type: 'int' },
  { name: 'geo', label: 'Position', type: 'geo_point_2d' },
];

/** Towns on a grid over France: enough to form clusters. */
const TOWNS = Array.from({ length: 600 }, (_, index) => ({
  name: `Ville <b>${index}</b>`,
  population: 1000 + index * 37,
  geo: { lon: -1 + (index % 30) * 0.22, lat: 44 + Math.floor(index / 30) * 0.24 },
}));

const SQUARE = { type: 'Polygon', coordinates: [[[1.8, 47.8], [2.1, 47.8], [2.1, 48], [1.8, 48], [1.8, 47.8]]] };

function escape(text) {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function shell(title, main) {
  const manifest = JSON.parse(readFileSync(join(DIST, '.vite/manifest.json'), 'utf8'));
  const asset = (key) => `/static/${manifest[key].file}`;
  return `<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="${asset('icons.svg')}">
<link rel="stylesheet" href="${asset('css/main.css')}"><script type="module" src="${asset('src/main.ts')}"></script></head>
<body><main><h1>${title}</h1>${main}</main></body></html>`;
}

function mapPage(query) {
  const mode = query.get('mode') ?? 'points';
  return shell(
    'Carte',
    `<div data-island="map" data-source="${API}/exports/geojson" data-query="mode=${escape(mode)}"
 data-fields="${escape(JSON.stringify(FIELDS))}" data-title-field="name" data-table-url="/table" data-total="${mode === 'shapes' ? 2 : 600}"><p>Sans script</p></div>`,
  );
}

function tablePage(query) {
  const q = query.get('q') ?? '';
  const page = Number(query.get('page') ?? '1');
  const down = query.get('sort') === '-population';
  const found = TOWNS.filter((town) => town.name.includes(q)).sort((a, b) => (down ? b.population - a.population : a.population - b.population));
  const rows = found.slice((page - 1) * 10, page * 10);
  const link = (changes) => {
    const next = new URLSearchParams(query);
    for (const [name, value] of Object.entries(changes)) next.set(name, value);
    return `/table?${escape(next.toString())}`;
  };
  return shell(
    `Table ${q}`,
    `<div data-island="table"><form method="get" action="/table" data-live><label>Chercher <input type="search" name="q" id="q" value="${escape(q)}"></label>
<input type="hidden" name="sort" value="${down ? '-population' : ''}"></form>
<div id="facets" data-swap><details data-island="disclosure" data-open-when="(min-width: 60rem)"><summary>Filtres</summary>
<details><summary>Ville (${found.length})</summary><a href="${link({ q: '>7' })}" data-key="facet-7">7</a></details></details></div>
<a href="/console?next=${encodeURIComponent(`/table?${query}`)}">Langue</a>
<div id="records" data-swap><p data-announce>${found.length} villes, page ${page}</p>
<table><caption>Villes</caption><thead><tr><th scope="col">Nom</th><th scope="col" aria-sort="${down ? 'descending' : 'ascending'}">
<a data-key="sort-population" href="${link({ sort: down ? 'population' : '-population', page: '1' })}">Population ${down ? '▼' : '▲'}</a></th></tr></thead>
<tbody>${rows.map((town) => `<tr><th scope="row">${escape(town.name)}</th><td>${town.population}</td></tr>`).join('')}</tbody></table>
<nav aria-label="Pages"><a href="${link({ page: String(page + 1) })}">Suivante</a></nav>
<button type="button" hidden data-island="copy" data-copy="${escape(q)}">Copier</button></div></div>`,
  );
}

function consolePage() {
  return shell(
    'Console',
    `<h2>Essayer</h2><form data-island="console" method="get" action="${API}/records"><label>where <input name="where"></label>
<label>limit <input name="limit" value="2"></label><button>Envoyer</button>
<button formaction="/api/broken">Échouer</button></form>
<details data-island="disclosure" data-open-when="(min-width: 60rem)"><summary>Facettes</summary><p>Contenu</p></details>
<details data-island="disclosure" data-menu><summary>Menu</summary><a href="/console">Lien</a></details>
<button type="button" hidden data-island="copy" data-copy="clé-42">Copier la clé</button>`,
  );
}

function geojson(query) {
  if (query.get('mode') === 'broken') return { status: 400, body: { error_code: 'ODSQLError', message: 'Clause where : champ inconnu' } };
  const shapes = query.get('mode') === 'shapes';
  const features = shapes
    ? [{ type: 'Feature', geometry: SQUARE, properties: { name: 'Carré', population: 12 } }, { type: 'Feature', geometry: null, properties: {} }]
    : TOWNS.map(({ geo, ...properties }) => ({ type: 'Feature', geometry: { type: 'Point', coordinates: [geo.lon, geo.lat] }, properties }));
  return { status: 200, body: { type: 'FeatureCollection', features: features.slice(0, Number(query.get('limit'))) } };
}

function answer(url) {
  const html = (body) => ({ status: 200, type: 'text/html; charset=utf-8', text: body });
  const json = ({ status, body }) => ({ status, type: 'application/json; charset=utf-8', text: JSON.stringify(body) });
  switch (url.pathname) {
    case '/map':
      return html(mapPage(url.searchParams));
    case '/table':
      return html(tablePage(url.searchParams));
    case '/console':
      return html(consolePage());
    case `${API}/exports/geojson`:
      return json(geojson(url.searchParams));
    case `${API}/records`:
      return json({ status: 200, body: { total_count: 600, results: TOWNS.slice(0, Number(url.searchParams.get('limit'))) } });
    case '/api/broken':
      return json({ status: 400, body: { error_code: 'ODSQLSyntaxError', message: 'non' } });
    default:
      return { status: 404, type: 'text/plain', text: 'not found' };
  }
}

/** Starts the server on a free port of the loopback; `base` is its address. */
export async function startFixtureServer() {
  if (!existsSync(join(DIST, '.vite/manifest.json'))) throw new Error('build first: npm run build');
  const server = createServer((request, response) => {
    const url = new URL(request.url, 'http://localhost');
    const headers = { 'content-security-policy': CSP, 'x-content-type-options': 'nosniff' };
    const file = url.pathname.startsWith('/static/') ? join(DIST, url.pathname.slice('/static/'.length)) : null;
    if (file !== null && existsSync(file)) {
      response.writeHead(200, { ...headers, 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
      createReadStream(file).pipe(response);
      return;
    }
    const { status, type, text } = answer(url);
    response.writeHead(status, { ...headers, 'content-type': type });
    response.end(text);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { base: `http://127.0.0.1:${server.address().port}`, stop: () => new Promise((resolve) => server.close(resolve)) };
}
