/** A plain client of the API, outside the browser: no cookies, and the name of a portal leads to this machine. */
import { request } from 'node:http';

/** The answer to a GET: `status`, `headers` and `text`. */
export function get(address, headers = {}) {
  const url = new URL(address);
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: url.port, path: url.pathname + url.search, headers: { host: url.host, ...headers } };
    const call = request(options, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        resolve({ status: response.statusCode, headers: response.headers, text: Buffer.concat(chunks).toString('utf8') });
      });
    });
    call.on('error', reject);
    call.end();
  });
}
