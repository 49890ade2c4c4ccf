-- Visits from the Google app on Android are a website named
-- com.google.android.googlequicksearchbox.
-- Reports: snowplow-referer-parser/referer-parser #131; matomo-org/searchengine-and-social-list
-- #11; superformlabs/ga4dataform-community #9.

-- The search app is a search, the mail app is not, and a tagged link is what its tags say.
SELECT string_agg(client_id || '=' || default_channel_group, ',' ORDER BY client_id)
FROM clickstream_sessions WHERE client_id LIKE 'app-%';
--> app-mail=Referral,app-search=Organic Search,app-tagged=Email
