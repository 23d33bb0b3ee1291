/**
 * A hostile neighbour of two portals: a host under the same parent domain, whose pages plant cookies for that parent. Ports
 * mean nothing to cookies, so it runs on one of its own.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';

/** The domain that the portals saint-jean-de-luz and anglet of the demo are under. */
export const PARENT = 'paysbasque.localhost';

/** Starts it. `plant` gives the address of a page that sets these cookies; `page` that of one with this HTML. */
export async function startNeighbour() {
  const pages = [];
  // What it plants comes back to itself as well.
  const server = createServer({ maxHeaderSize: 4 * 1024 * 1024 }, (request, response) => {
    const { cookies = [], html = '<!doctype html><title>neighbour</title>' } = pages[Number(request.url.slice(1))] ?? {};
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'set-cookie': cookies });
    response.end(html);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const base = `http://evil.${PARENT}:${server.address().port}`;
  const add = (page) => `${base}/${pages.push(page) - 1}`;
  return {
    plant: (cookies) => add({ cookies: cookies.map(({ name, value, path = '/' }) => `${name}=${value}; Domain=${PARENT}; Path=${path}`) }),
    page: (html) => add({ html }),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
