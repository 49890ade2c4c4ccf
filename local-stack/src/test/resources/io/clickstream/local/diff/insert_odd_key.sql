INSERT INTO odd_keys (name, id, number, bytes, at, flag, amount, value, note)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, jsonb_build_object('value', ?))
