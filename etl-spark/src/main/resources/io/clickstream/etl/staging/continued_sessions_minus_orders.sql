-- A continued session is one row of the input, but its orders were read instead of the session itself.
SELECT coalesce(sum(1 - jsonb_array_length(continued -> 'orders')), 0)
FROM ${session_input}
WHERE continued IS NOT NULL
