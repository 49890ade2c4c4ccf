import { startAll } from './setup.js';

/** Starts the platform with job and dashboards, and a shop that sends to it. */
export default async function setup(): Promise<() => Promise<void>> {
  const every = process.env.E2E_FOLLOW ?? '3s';
  return startAll(['--every', every, '--dashboards-port', '0'], ({ events }) => events);
}
