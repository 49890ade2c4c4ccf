import { startAll } from './setup.js';

/** The platform with its job and its dashboards, and the shop that sends to it. */
export default async function setup(): Promise<() => Promise<void>> {
  return startAll(['--every', '3s', '--dashboards-port', '0'], ({ events }) => events);
}
