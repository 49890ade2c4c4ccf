// Limits of the bytes that visitors download.
export default [
  {
    name: 'core: import { createTracker }',
    path: 'dist/index.js',
    import: '{ createTracker }',
    gzip: true,
    limit: '3.5 KiB',
  },
  {
    name: 'core and all domain helpers',
    path: 'dist/index.js',
    import: '*',
    gzip: true,
    limit: '4.3 KiB',
  },
  {
    name: 'domain helpers alone',
    path: 'dist/events.js',
    import: '*',
    gzip: true,
    limit: '1 KiB',
  },
  {
    name: 'dist/clickstream.js, for pages without a bundler',
    path: 'dist/clickstream.js',
    gzip: true,
    limit: '3.5 KiB',
    // The file is minified already.
    modifyEsbuildConfig: (config) => ({ ...config, loader: { '.js': 'copy' } }),
  },
];
