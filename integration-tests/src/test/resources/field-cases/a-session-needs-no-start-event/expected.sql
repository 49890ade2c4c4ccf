-- A session without its session_start event is missing, or has no landing page.
-- Reports: Velir/dbt-ga4 #69; Velir/dbt-ga4 #102.

-- Any event begins a session; the landing page is the first page that is known.
SELECT first_event_name, landing_page_path, event_count
FROM clickstream_sessions WHERE client_id = 'no-start';
--> click|/p/9|2
