// The ETL that this project replaces, in its manner: objects one after another, rows by hundreds.
// Arguments: endpoint, bucket, prefix, database. Listing goes past the first thousand objects, so that it does all the work.
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import pg from 'pg';

const [endpoint, Bucket, Prefix, database] = process.argv.slice(2);
const ROWS = 100;
const s3 = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true });
const db = new pg.Client(database);

const COLUMNS = [
  'event_id',
  'event_timestamp',
  'event_name',
  'user_id',
  'user_login_state',
  'identity_source',
  'client_id',
  'session_id',
  'is_first_visit',
  'context_product_id',
  'context_product_name',
  'context_product_category',
  'context_product_brand',
  'context_product_url_path',
  'context_product_price',
  'context_product_discount_price',
];

// "Contact us" stands where a price should: there the old ETL lost its batch; here it gets the benefit of a repair.
const price = (value) => (Number.isFinite(value) ? value : null);

const brand = ({ brandName, brand, brandId }) =>
  brandName ?? brand?.name ?? brand?.title ?? brandId?.name ?? brand ?? null;

function row(event) {
  const product = event.product ?? event.context_product ?? {};
  const state = event.userLoginState ?? event.user_login_state ?? null;
  return [
    event.eventId ?? event.event_id,
    event._ingest.receivedAt,
    event.eventName ?? event.event_name,
    event.userId ?? event.user_id ?? null,
    state === 'anonymous' ? 'guest' : state,
    event.identitySource ?? event.identity_source ?? null,
    event.clientId ?? event.client_id ?? null,
    event.sessionId ?? event.session_id ?? null,
    event.isFirstVisit ?? event.is_first_visit ?? null,
    product.id ?? null,
    product.name ?? null,
    Array.isArray(product.category) ? product.category[0] : (product.category ?? null),
    brand(product),
    product.urlPath ?? null,
    price(product.price),
    price(product.discountPrice),
  ];
}

async function insert(rows) {
  const width = COLUMNS.length;
  const tuples = rows.map(
    (_, r) => `(${COLUMNS.map((_, c) => `$${r * width + c + 1}`).join(', ')})`,
  );
  await db.query(
    `INSERT INTO clickstream_events (${COLUMNS.join(', ')}) VALUES ${tuples.join(', ')} ON CONFLICT (event_id) DO NOTHING`,
    rows.flat(),
  );
}

await db.connect();
let rows = [];
let ContinuationToken;
do {
  const page = await s3.send(new ListObjectsV2Command({ Bucket, Prefix, ContinuationToken }));
  for (const { Key } of page.Contents ?? []) {
    const object = await s3.send(new GetObjectCommand({ Bucket, Key }));
    rows.push(row(JSON.parse(await object.Body.transformToString())));
    if (rows.length === ROWS) {
      await insert(rows);
      rows = [];
    }
  }
  ContinuationToken = page.NextContinuationToken;
} while (ContinuationToken);
if (rows.length > 0) await insert(rows);
await db.end();
