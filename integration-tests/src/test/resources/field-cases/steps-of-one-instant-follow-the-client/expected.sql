-- Two funnel steps within one second never convert.
-- Reports: rybbit-io/rybbit #1133.

-- The client saw the view first, whatever the ids.
SELECT visitor_id, cardinality(step_at) FROM session_funnels
WHERE visitor_id LIKE 'c:instant-%' AND funnel = 'purchase' ORDER BY visitor_id;
--> c:instant-down|2
--> c:instant-up|2
