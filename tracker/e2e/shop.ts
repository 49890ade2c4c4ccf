import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { freePort, start, type Running } from './platform.js';

const SHOP = path.resolve(import.meta.dirname, '../examples/shop');
const NEXT = path.resolve(import.meta.dirname, '../node_modules/next/dist/bin/next');

/** Builds the shop for an endpoint and starts it; resolves to its URL. */
export async function startShop(endpoint: string): Promise<{ url: string; shop: Running }> {
  const env = {
    ...process.env,
    NEXT_TELEMETRY_DISABLED: '1',
    NEXT_PUBLIC_CLICKSTREAM_ENDPOINT: endpoint,
  };
  execFileSync(process.execPath, [NEXT, 'build'], { cwd: SHOP, env, stdio: 'pipe' });
  const port = await freePort();
  const [shop] = await start(
    process.execPath,
    [NEXT, 'start', '--hostname', '127.0.0.1', '--port', String(port)],
    { cwd: SHOP, env },
    [/Ready in/],
  );
  return { url: `http://127.0.0.1:${port}`, shop };
}
