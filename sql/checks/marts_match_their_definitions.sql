-- Each mart has the rows of the view of its name in the schema mart_definitions.
SELECT * FROM mart_differences() WHERE missing > 0 OR extra > 0
