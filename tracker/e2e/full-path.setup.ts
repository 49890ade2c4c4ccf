import { startPlatform } from './platform.js';
import { startShop } from './shop.js';

/** The platform with its job and its dashboards, and the built shop that sends to it. */
export default async function setup(): Promise<() => Promise<void>> {
  const platform = await startPlatform(['--every', '3s', '--dashboards-port', '0']);
  try {
    const { url, shop } = await startShop(platform.addresses.events);
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
