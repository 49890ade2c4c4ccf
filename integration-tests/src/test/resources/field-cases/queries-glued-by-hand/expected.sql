-- Links are glued together by hand: doubled and blank parameters, HTML entities, a second
-- question mark, parameters behind the fragment, a lone percent sign.
-- Reports: alex35mil/sourcebuster-js #38; cssmagic/blog #12; greenpeace/planet4 #100;
-- mozilla/bedrock PR #11041; plausible/analytics #129; gitcoinco/grants-stack #2189;
-- matomo-org/plugin-MarketingCampaignsReporting #131; kyranb/Footprints PR #71.

-- The first of repeated parameters counts, decoded as a form. The fragment is not a query.
SELECT string_agg(substr(client_id, 6) || '=' || coalesce(utm_source, ''), ',' ORDER BY client_id)
FROM clickstream_events
WHERE client_id LIKE 'r030-%' AND client_id <> 'r030-blankfirst';
--> array=,hash=,hashroute=,html=edm,last=test_source,percent=test,plus=giảm giá+,question=,semicolon=,twice=google

-- Blank values are passed over: the first repeated parameter with a value counts.
SELECT utm_source FROM clickstream_events WHERE client_id = 'r030-blankfirst';
--> zalo

-- &amp; is &.
SELECT utm_medium FROM clickstream_events WHERE client_id = 'r030-html';
--> email

-- A shop with routes in the fragment has one page path: a known limit.
SELECT page_path FROM clickstream_events WHERE client_id = 'r030-hashroute';
--> /
