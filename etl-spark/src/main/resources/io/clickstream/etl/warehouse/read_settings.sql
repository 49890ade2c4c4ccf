SELECT session_gap_s, price_scale, reporting_zone, own_hosts, parse_version,
  session_version, bot_list_version, mart_version, rejected_bytes_days
FROM warehouse_settings
