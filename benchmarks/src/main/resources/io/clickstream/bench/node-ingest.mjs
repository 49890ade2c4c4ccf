// The ingest function as people run it today on Node.js: the reference's handler with the same refusals, batches left
// out, on a loop of its own against the Lambda Runtime API. One connection kept for each side, the SDK's defaults else.
import http from 'node:http';
import { randomUUID } from 'node:crypto';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

const Bucket = process.env.RAW_BUCKET_NAME;
const s3 = new S3Client({
  forcePathStyle: true,
  requestChecksumCalculation: 'WHEN_REQUIRED',
  responseChecksumValidation: 'WHEN_REQUIRED',
});

const answer = (statusCode, body) => ({
  statusCode,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  body: JSON.stringify(body),
  isBase64Encoded: false,
});
const refused = (status, error) => answer(status, { success: false, error, message: error });

export async function handler(event) {
  const context = event.requestContext ?? {};
  const request = context.http ?? {};
  if (request.path !== '/clickstream') return refused(404, 'not_found');
  if (request.method !== 'POST') return refused(405, 'method_not_allowed');
  const text = event.isBase64Encoded
    ? Buffer.from(event.body, 'base64').toString('utf8')
    : event.body;
  if (!text) return refused(400, 'empty_body');
  if (Buffer.byteLength(text) > 256 * 1024) return refused(413, 'body_too_large');
  let payload;
  try {
    payload = JSON.parse(text);
  } catch {
    return refused(400, 'invalid_json');
  }
  if (payload === null || typeof payload !== 'object' || Array.isArray(payload))
    return refused(400, 'not_an_object');
  delete payload._ingest;
  if (Object.keys(payload).length === 0) return refused(400, 'empty_object');

  const now = new Date();
  const receivedAt = now.toISOString();
  const headers = event.headers ?? {};
  const Body = JSON.stringify({
    ...payload,
    _ingest: {
      receivedAt,
      sourceIp: request.sourceIp,
      userAgent: request.userAgent ?? headers['user-agent'],
      method: request.method,
      path: request.path,
      requestId: context.requestId,
      apiId: context.apiId,
      stage: context.stage,
      traceId: headers['x-amzn-trace-id'],
    },
  });
  const hour = receivedAt.slice(0, 13).replaceAll('-', '/').replace('T', '/');
  const Key = `events/${hour}/event-${randomUUID()}.json`;
  try {
    await s3.send(
      new PutObjectCommand({
        Bucket,
        Key,
        Body,
        ContentType: 'application/json',
        IfNoneMatch: '*',
      }),
    );
  } catch (failure) {
    console.log(
      JSON.stringify({ level: 'ERROR', requestId: context.requestId, error: failure.name }),
    );
    return refused(503, 'storage_unavailable');
  }
  console.log(
    JSON.stringify({
      level: 'INFO',
      requestId: context.requestId,
      outcome: 'accepted',
      status: 200,
    }),
  );
  return answer(200, { success: true });
}

const [hostname, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

function call(method, path, body) {
  return new Promise((resolve, reject) => {
    const headers =
      body === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const request = http.request(
      { hostname, port, method, path: `/2018-06-01/runtime/${path}`, agent, headers },
      (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ headers: response.headers, body: Buffer.concat(chunks).toString('utf8') }),
        );
        response.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

for (;;) {
  const next = await call('GET', 'invocation/next');
  const id = next.headers['lambda-runtime-aws-request-id'];
  try {
    await call(
      'POST',
      `invocation/${id}/response`,
      JSON.stringify(await handler(JSON.parse(next.body))),
    );
  } catch (failure) {
    await call(
      'POST',
      `invocation/${id}/error`,
      JSON.stringify({ errorType: failure.name, errorMessage: failure.message }),
    );
  }
}
