-- Opera Mini on phones and Windows with a pen are counted as tablets.
-- Reports: selwin/python-user-agents #50; mystor/meteor-device-detection #17; bowser-js/bowser
-- #183.

-- Phones are mobile, Windows is a desktop, and an iPad is a tablet.
SELECT string_agg(client_id || '=' || device_category, ',' ORDER BY client_id)
FROM clickstream_sessions WHERE client_id LIKE 'form-%';
--> form-ipad=tablet,form-opera=mobile,form-pen=desktop,form-zalo=mobile
