-- Each mart is, row for row, what the view of its name in the schema mart_definitions gives.
SELECT * FROM mart_differences() WHERE missing > 0 OR extra > 0
