CREATE TABLE odd_keys (
  name   TEXT,
  id     UUID,
  number ${number_type},
  bytes  BYTEA,
  at     TIMESTAMPTZ,
  flag   BOOLEAN,
  amount NUMERIC,
  value  TEXT,
  note   JSONB,
  PRIMARY KEY (flag, name, number, id, bytes, at, amount)
)
