-- A host that contains a name is taken for the site of that name, and one host has several
-- spellings.
-- Reports: matomo-org/matomo #17299; pug-sh/pug #81; fleetdm/fleet #45803;
-- libredirect/browser_extension #493.

-- Sites match by whole labels, without a final dot, in lower case; own hosts are not referrers.
SELECT string_agg(client_id || '=' || default_channel_group, ',' ORDER BY client_id)
FROM clickstream_sessions WHERE client_id LIKE 'host-%' AND client_id <> 'host-pay';
--> host-case=Organic Search,host-country=Organic Search,host-dot=Organic Search,host-embedded=Referral,host-foreign=Referral,host-messenger=Referral,host-own-dot=Direct,host-own-idn=Direct,host-short=Referral

-- A wallet page is not a search.
SELECT default_channel_group <> 'Organic Search'
FROM clickstream_sessions WHERE client_id = 'host-pay';
--> t
