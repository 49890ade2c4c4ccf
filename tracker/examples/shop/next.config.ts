import path from 'node:path';
import type { NextConfig } from 'next';

// The URL to which the shop forwards events that it accepts under its own host; see the README.
const upstream = process.env.CLICKSTREAM_UPSTREAM;

const config: NextConfig = {
  // The default of the App Router, here for the Pages Router too.
  reactStrictMode: true,
  // The tracker is two folders above.
  turbopack: { root: path.resolve(import.meta.dirname, '../..') },
  outputFileTracingRoot: path.resolve(import.meta.dirname, '../..'),
  async rewrites() {
    return upstream ? [{ source: '/api/events', destination: upstream }] : [];
  },
};

export default config;
