-- A minimal schema of the shop's own database; may run as often as one likes. Money is in minor units.

CREATE TABLE IF NOT EXISTS users (
  id         UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  email      TEXT NOT NULL UNIQUE,
  name       TEXT,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS products (
  id                   TEXT PRIMARY KEY,
  name                 TEXT NOT NULL,
  category             TEXT,
  brand                TEXT,
  price_minor          BIGINT NOT NULL CHECK (price_minor >= 0),
  discount_price_minor BIGINT CHECK (discount_price_minor BETWEEN 0 AND price_minor),
  url_path             TEXT NOT NULL UNIQUE
);

CREATE TABLE IF NOT EXISTS inventory (
  product_id TEXT PRIMARY KEY REFERENCES products,
  available  INTEGER NOT NULL CHECK (available >= 0),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS orders (
  id          UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id     UUID REFERENCES users,
  status      TEXT NOT NULL DEFAULT 'placed' CHECK (status IN ('placed', 'paid', 'shipped', 'cancelled')),
  currency    TEXT NOT NULL DEFAULT 'VND' CHECK (currency ~ '^[A-Z]{3}$'),
  total_minor BIGINT NOT NULL CHECK (total_minor >= 0),
  placed_at   TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX IF NOT EXISTS orders_of_user ON orders (user_id, placed_at);

CREATE TABLE IF NOT EXISTS order_items (
  order_id    UUID NOT NULL REFERENCES orders ON DELETE CASCADE,
  product_id  TEXT NOT NULL REFERENCES products,
  quantity    INTEGER NOT NULL CHECK (quantity > 0),
  price_minor BIGINT NOT NULL CHECK (price_minor >= 0),
  PRIMARY KEY (order_id, product_id)
);
