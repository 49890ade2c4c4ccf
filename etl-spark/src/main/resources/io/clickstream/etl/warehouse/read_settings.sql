SELECT session_gap_s, price_scale, reporting_zone, own_hosts, parse_version,
  session_version, bot_list_version, mart_version
FROM warehouse_settings
