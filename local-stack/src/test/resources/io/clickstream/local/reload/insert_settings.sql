INSERT INTO warehouse_settings (
  session_gap_s, price_scale, reporting_zone, own_hosts, parse_version, session_version,
  bot_list_version, mart_version, rules_hash)
VALUES (${gap}, 0, 'UTC', ARRAY[${host}], 1, 1, 'list', 1, rules_hash())
