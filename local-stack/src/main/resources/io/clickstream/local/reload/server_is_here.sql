-- The data folder, and by what its file postmaster.pid can be told from that of another server.
SELECT current_setting('data_directory'),
  round(extract(EPOCH FROM pg_postmaster_start_time()))::BIGINT
