-- A NUL character in a payload makes the load of all events fail.
-- Reports: airbytehq/airbyte #3476; magda-io/magda #3161; certtools/intelmq #2203.

-- The event is stored without the character.
SELECT context_product_name, properties ->> 'notes'
FROM event_details
WHERE client_id = 'nul';
--> ab|{"k": "xy"}
