import { freePort, startPlatform } from './platform.js';
import { startShop } from './shop.js';

/** The platform, and the built shop that sends to it through the tests' proxy. */
export default async function setup(): Promise<() => Promise<void>> {
  const proxyPort = await freePort();
  // The tests read raw objects: the job may sleep.
  const platform = await startPlatform(['--every', '12h', '--no-dashboards']);
  try {
    const { url, shop } = await startShop(`http://127.0.0.1:${proxyPort}/clickstream`);
    process.env.E2E_PROXY_PORT = String(proxyPort);
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
