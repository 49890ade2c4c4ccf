-- A repeated event counts as the next step, or hides it.
-- Reports: PostHog/posthog #25048; ClickHouse/ClickHouse #21835; TelemetryDeck/Issues #375.

-- Views alone are step 1, and repeats between steps change nothing.
SELECT visitor_id, cardinality(step_at) FROM session_funnels
WHERE visitor_id LIKE 'c:repeat-%' AND funnel = 'purchase' ORDER BY visitor_id;
--> c:repeat-all|3
--> c:repeat-view|1
