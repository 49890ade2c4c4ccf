import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import path from 'node:path';
import { start, startPlatform } from './platform.js';

const SHOP = path.resolve(import.meta.dirname, '../examples/shop');

async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** The platform, and the built shop that sends to it through the tests' proxy. */
export default async function setup(): Promise<() => Promise<void>> {
  const [proxyPort, shopPort] = [await freePort(), await freePort()];
  const env = {
    ...process.env,
    NEXT_TELEMETRY_DISABLED: '1',
    NEXT_PUBLIC_CLICKSTREAM_ENDPOINT: `http://127.0.0.1:${proxyPort}/clickstream`,
  };
  const next = path.resolve(import.meta.dirname, '../node_modules/next/dist/bin/next');
  execFileSync(process.execPath, [next, 'build'], { cwd: SHOP, env, stdio: 'pipe' });
  const platform = await startPlatform();
  try {
    const [shop] = await start(
      process.execPath,
      [next, 'start', '--hostname', '127.0.0.1', '--port', String(shopPort)],
      { cwd: SHOP, env },
      [/Ready in/],
    );
    process.env.E2E_PROXY_PORT = String(proxyPort);
    process.env.E2E_SHOP = `http://127.0.0.1:${shopPort}`;
    process.env.E2E_PLATFORM = JSON.stringify(platform.addresses);
    return async () => {
      await shop.stop();
      await platform.stop();
    };
  } catch (error) {
    await platform.stop();
    throw error;
  }
}
