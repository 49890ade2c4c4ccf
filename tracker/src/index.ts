export * from './events.js';
export { createTracker } from './tracker.js';
export type * from './types.js';
