-- The settings of parsing keep their stored values: stored events were parsed with them.
INSERT INTO warehouse_settings (
  session_gap_s, price_scale, reporting_zone, own_hosts, parse_version, session_version,
  bot_list_version, mart_version, rejected_bytes_days, rules_hash)
VALUES (
  :session_gap_s, :price_scale, :reporting_zone, :own_hosts, :parse_version, :session_version,
  :bot_list_version, :mart_version, :rejected_bytes_days, rules_hash())
ON CONFLICT (only_row) DO UPDATE SET
  session_gap_s = excluded.session_gap_s,
  reporting_zone = excluded.reporting_zone,
  own_hosts = excluded.own_hosts,
  session_version = excluded.session_version,
  mart_version = excluded.mart_version,
  rules_hash = excluded.rules_hash
