package io.clickstream.etl.schema;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** A PostgreSQL type and the Spark type of its values. */
public enum ColumnType {
  /** In Spark canonical lower-case text, which orders like the unsigned bytes. */
  UUID(DataTypes.StringType),
  TEXT(DataTypes.StringType),
  /** In Spark microseconds since 1970-01-01T00:00:00Z, independent of the session time zone. */
  TIMESTAMPTZ(DataTypes.LongType),
  /** In Spark days since 1970-01-01. */
  DATE(DataTypes.IntegerType),
  BIGINT(DataTypes.LongType),
  INTEGER(DataTypes.IntegerType),
  BOOLEAN(DataTypes.BooleanType),
  /** In Spark JSON text. */
  JSONB(DataTypes.StringType),
  BYTEA(DataTypes.BinaryType);

  private final DataType sparkType;

  ColumnType(DataType sparkType) {
    this.sparkType = sparkType;
  }

  public DataType sparkType() {
    return sparkType;
  }
}
