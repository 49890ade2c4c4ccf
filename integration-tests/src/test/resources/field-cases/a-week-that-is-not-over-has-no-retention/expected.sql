-- A week that is not over shows 0 % retention, and a finished week without visitors is left out.
-- Reports: PostHog/posthog #58679; PostHog/posthog #30624.

-- Week 1 is 0, week 2 is a half; the running week 14 is unknown.
SELECT week_number, visitors, round(share, 2) FROM v_retention_weekly
WHERE cohort_week = '2026-08-17' AND week_number IN (0, 1, 2, 13, 14) ORDER BY week_number;
--> 0|2|1.00
--> 1|0|0.00
--> 2|1|0.50
--> 13|0|0.00
--> 14|NULL|NULL
