import { startAll } from './setup.js';

/** Starts the platform with job and dashboards, and a shop that sends to it. */
export default async function setup(): Promise<() => Promise<void>> {
  return startAll(['--every', '3s', '--dashboards-port', '0'], ({ events }) => events);
}
