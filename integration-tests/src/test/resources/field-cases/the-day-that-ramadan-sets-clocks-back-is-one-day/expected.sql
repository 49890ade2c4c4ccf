-- On the day that clocks go back, a chart repeats a day or leaves one out.
-- Reports: woocommerce/woocommerce-admin #3333; benvinegar/counterscale #61; pvorb/npm-stat.com
-- #83.
-- Zone: Africa/Casablanca

-- The day has the four events between its two midnights.
SELECT events, visitors, sessions FROM traffic_daily WHERE day = '2026-02-15';
--> 4|4|4

-- An hour that the clocks repeat is two hours.
SELECT count(DISTINCT hour), sum(events) FROM traffic_hourly WHERE day = '2026-02-15';
--> 4|4
