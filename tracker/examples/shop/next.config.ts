import path from 'node:path';
import type { NextConfig } from 'next';

// Where the events go when the shop takes them in itself; see the README on blocked endpoints.
const upstream = process.env.CLICKSTREAM_UPSTREAM;

const config: NextConfig = {
  // The tracker stands two folders above.
  turbopack: { root: path.resolve(import.meta.dirname, '../..') },
  outputFileTracingRoot: path.resolve(import.meta.dirname, '../..'),
  async rewrites() {
    return upstream ? [{ source: '/api/events', destination: upstream }] : [];
  },
};

export default config;
