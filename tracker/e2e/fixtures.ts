import { randomUUID } from 'node:crypto';
import { test as base, expect, type BrowserContext } from '@playwright/test';
import { type PlatformAddresses } from './platform.js';
import { Proxy } from './proxy.js';
import { occurredAt, RawEvents, type RawEvent } from './raw-events.js';

/** A test's own browser context, and its events on S3. */
export class Visitor {
  constructor(
    readonly context: BrowserContext,
    private readonly userAgent: string,
    private readonly raw: RawEvents,
  ) {}

  /** Returns its raw objects, one per event id, ordered by the browser's clock. */
  async events(): Promise<RawEvent[]> {
    const byId = new Map<string, RawEvent>();
    for (const event of await this.raw.of(this.userAgent)) {
      const other = byId.get(event.eventId);
      if (!other || event._ingest.receivedAt < other._ingest.receivedAt) {
        byId.set(event.eventId, event);
      }
    }
    return [...byId.values()].sort(
      (a, b) => a.clientTimestamp.localeCompare(b.clientTimestamp) || occurredAt(a) - occurredAt(b),
    );
  }

  /** Waits until `count` events have arrived, then 500 ms more, and fails if there are others. */
  async arrived(count: number, timeout = 200_000): Promise<RawEvent[]> {
    await expect
      .poll(async () => (await this.events()).length, { timeout, intervals: [200, 400, 800] })
      .toBeGreaterThanOrEqual(count);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const events = await this.events();
    expect(events.map(({ eventName }) => eventName)).toHaveLength(count);
    return events;
  }

  /** Waits until events with exactly these names have arrived, in any order. */
  async has(names: readonly string[], timeout?: number): Promise<RawEvent[]> {
    const events = await this.arrived(names.length, timeout);
    expect(events.map(({ eventName }) => eventName).sort()).toEqual([...names].sort());
    return events;
  }
}

interface WorkerFixtures {
  readonly addresses: PlatformAddresses;
  readonly workerProxy: Proxy;
  readonly raw: RawEvents;
}

interface Fixtures {
  /** The proxy between browser and platform. */
  readonly network: Proxy;
  readonly visitor: Visitor;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  addresses: [
    async ({}, use) => use(JSON.parse(process.env.E2E_PLATFORM!) as PlatformAddresses),
    { scope: 'worker' },
  ],
  raw: [
    async ({ addresses }, use) => {
      const raw = new RawEvents(addresses.s3);
      await raw.ignoreStored();
      await use(raw);
    },
    { scope: 'worker' },
  ],
  workerProxy: [
    async ({ addresses }, use) => {
      const proxy = new Proxy(new URL(addresses.events));
      await proxy.listen(Number(process.env.E2E_PROXY_PORT));
      await use(proxy);
      await proxy.close();
    },
    { scope: 'worker' },
  ],
  network: async ({ workerProxy }, use) => {
    workerProxy.reset();
    await use(workerProxy);
    workerProxy.reset();
  },
  baseURL: async ({}, use) => use(process.env.E2E_SHOP),
  userAgent: async ({}, use) => use(`Mozilla/5.0 (X11; Linux x86_64) e2e/${randomUUID()}`),
  // `network` is listed so that the proxy is reset before the first request.
  visitor: async ({ context, userAgent, raw, network: _ }, use) =>
    use(new Visitor(context, userAgent!, raw)),
});

export { expect };
