UPDATE etl_returning_records SET is_tried = TRUE
WHERE object_key = any(:keys)
