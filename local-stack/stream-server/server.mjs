// Serves Kinesis on 127.0.0.1 until its standard input ends, and prints the port.
//
// STREAM_SERVER_KEY   access key id that requests must have; others are answered 403
// STREAM_SERVER_PORT  port; 0 for a free one
// STREAM_SERVER_PATH  folder of the records
//
// All users of the machine, and pages in a browser, reach the port. kinesalite checks no signature,
// so the access key id is a random secret.
import { timingSafeEqual } from 'node:crypto';
import kinesalite from 'kinesalite';

const key = Buffer.from(process.env.STREAM_SERVER_KEY);
const server = kinesalite({
  path: process.env.STREAM_SERVER_PATH,
  createStreamMs: 0,
  updateStreamMs: 0,
  shardLimit: 100,
});

function isAllowed(request) {
  const found = /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\//.exec(
    request.headers.authorization ?? '',
  );
  const given = Buffer.from(found?.[1] ?? '');
  return !request.headers.origin && given.length === key.length && timingSafeEqual(given, key);
}

const [handle] = server.listeners('request');
server.removeAllListeners('request');
server.on('request', (request, response) => {
  if (isAllowed(request)) {
    handle(request, response);
  } else {
    request.resume();
    response.writeHead(403, { 'Content-Type': 'application/x-amz-json-1.1' });
    response.end('{"__type":"AccessDeniedException","message":"Use the key of the stream."}');
  }
});
// A client that ends its connection early is an error of kinesalite's that nothing catches.
process.on('uncaughtException', (error) => {
  if (error.syscall === 'listen' || error.code === 'ERR_SERVER_ALREADY_LISTEN') {
    console.error(error.message);
    process.exit(1);
  }
  console.error(error.stack);
});
process.stdin.on('end', () => process.exit(0));
process.stdin.resume();
server.listen(Number(process.env.STREAM_SERVER_PORT), '127.0.0.1', () => {
  console.log(server.address().port);
});
