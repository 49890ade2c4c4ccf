import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { test as base } from './fixtures.js';

const SCRIPT = readFileSync(path.resolve(import.meta.dirname, '../dist/clickstream.js'));

/** A static web server with `clickstream.js` and the pages that a test adds. */
export interface Site {
  readonly origin: string;
  /** The URL of the proxy that takes events by POST. */
  readonly endpoint: string;
  /** Adds a page and returns its URL. */
  page(name: string, html: string, headers?: Readonly<Record<string, string>>): string;
}

/** The stub of the README. */
export const STUB = `window.clickstream = window.clickstream || function () {
  (clickstream.q = clickstream.q || []).push(arguments);
};`;

export const test = base.extend<{ site: Site }>({
  site: async ({ network: _ }, use) => {
    const pages = new Map<string, readonly [string, Readonly<Record<string, string>>]>();
    const server = createServer((request, response) => {
      const name = new URL(request.url!, 'http://x').pathname.slice(1);
      const found = pages.get(name);
      if (name === 'clickstream.js') {
        response.writeHead(200, { 'content-type': 'text/javascript' }).end(SCRIPT);
      } else if (found) {
        const [html, headers] = found;
        response
          .writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...headers })
          .end(html);
      } else {
        response.writeHead(404).end();
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
    await use({
      origin,
      endpoint: `http://127.0.0.1:${process.env.E2E_PROXY_PORT}/clickstream`,
      page(name, html, headers = {}) {
        pages.set(name, [html, headers]);
        return `${origin}/${name}`;
      },
    });
    server.closeAllConnections();
    server.close();
  },
});
