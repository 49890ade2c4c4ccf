import { AwsClient } from 'aws4fetch';
import type { PlatformAddresses } from './platform.js';

/** A raw object: the event that the client sent, with the fields that the Lambda added. */
export interface RawEvent {
  readonly eventId: string;
  readonly eventName: string;
  readonly clientTimestamp: string;
  readonly sentAt: string;
  readonly clientId: string;
  readonly sessionId: string;
  readonly isFirstVisit: boolean;
  readonly userId: string | null;
  readonly pageUrl: string;
  readonly pageTitle: string;
  readonly referrer: string | null;
  readonly element?: { readonly tag: string; readonly id: string; readonly text: string };
  readonly product?: Readonly<Record<string, unknown>>;
  readonly order?: Readonly<Record<string, unknown>>;
  readonly _ingest: { readonly receivedAt: string; readonly userAgent: string };
  readonly [name: string]: unknown;
}

/** Returns when an event happened, computed as the job does, in milliseconds since the epoch. */
export function occurredAt(event: RawEvent): number {
  const queued = Date.parse(event.sentAt) - Date.parse(event.clientTimestamp);
  return Date.parse(event._ingest.receivedAt) - queued;
}

/** The raw objects on S3. They are immutable, so each is read once. */
export class RawEvents {
  private readonly client: AwsClient;
  private readonly bucket: string;
  private readonly read = new Map<string, RawEvent>();
  private readonly ignored = new Set<string>();

  constructor({ endpoint, bucket, accessKey, secretKey }: PlatformAddresses['s3']) {
    this.client = new AwsClient({
      accessKeyId: accessKey,
      secretAccessKey: secretKey,
      service: 's3',
      region: 'us-east-1',
    });
    this.bucket = `${endpoint.replace(/\/$/, '')}/${bucket}`;
  }

  /**
   * Returns the raw objects of a browser. They are found by the test's user agent, and then by client
   * id: a request of a page that is left may lack the test's user agent.
   */
  async of(userAgent: string): Promise<RawEvent[]> {
    const keys = (await this.keys()).filter((key) => !this.read.has(key) && !this.ignored.has(key));
    for (let i = 0; i < keys.length; i += 50) {
      await Promise.all(keys.slice(i, i + 50).map((key) => this.load(key)));
    }
    const all = [...this.read.values()];
    const own = all.filter((event) => event._ingest.userAgent === userAgent);
    const clients = new Set(own.map((event) => event.clientId));
    return all.filter((event) => clients.has(event.clientId));
  }

  /** Never reads the objects that exist now, such as those of an earlier worker of Playwright. */
  async ignoreStored(): Promise<void> {
    (await this.keys()).forEach((key) => this.ignored.add(key));
  }

  /** Returns the number of raw objects. */
  async count(): Promise<number> {
    return (await this.keys()).length;
  }

  /** Lists complete objects: the local server lists unfinished ones under other names. */
  private async keys(): Promise<string[]> {
    const keys: string[] = [];
    let token: string | undefined;
    do {
      const query = new URLSearchParams({ 'list-type': '2', prefix: 'events/' });
      if (token) {
        query.set('continuation-token', token);
      }
      const page = await (await this.client.fetch(`${this.bucket}?${query}`)).text();
      keys.push(...Array.from(page.matchAll(/<Key>([^<]+\.json)<\/Key>/g), (match) => match[1]!));
      token = /<NextContinuationToken>([^<]+)</.exec(page)?.[1];
    } while (token);
    return keys;
  }

  private async load(key: string): Promise<void> {
    const object = await this.client.fetch(`${this.bucket}/${key}`);
    if (!object.ok) {
      throw new Error(`Cannot read ${key}: S3 responded with ${object.status}.`);
    }
    this.read.set(key, (await object.json()) as RawEvent);
  }
}
