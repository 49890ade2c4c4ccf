import { freePort, startPlatform, type PlatformAddresses } from './platform.js';
import { startShop } from './shop.js';

/** Starts the platform and the shop; resolves to a function that stops both. */
export async function startAll(
  platformOptions: readonly string[],
  endpoint: (addresses: PlatformAddresses) => string,
): Promise<() => Promise<void>> {
  const platform = await startPlatform(platformOptions);
  try {
    const { url, shop } = await startShop(endpoint(platform.addresses));
    process.env.E2E_SHOP = url;
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

/** The shop sends through the tests' proxy. The tests read raw objects, so the job is not needed. */
export default async function setup(): Promise<() => Promise<void>> {
  const proxyPort = await freePort();
  process.env.E2E_PROXY_PORT = String(proxyPort);
  return startAll(
    ['--every', '12h', '--no-dashboards'],
    () => `http://127.0.0.1:${proxyPort}/clickstream`,
  );
}
