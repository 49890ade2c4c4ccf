package io.clickstream.etl.schema;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** A PostgreSQL type and the Spark type that carries its values. */
public enum ColumnType {
  /** Canonical lower-case text in Spark, whose order is that of the unsigned bytes. */
  UUID(DataTypes.StringType),
  TEXT(DataTypes.StringType),
  /** Microseconds since 1970-01-01T00:00:00Z in Spark: no session time zone takes part. */
  TIMESTAMPTZ(DataTypes.LongType),
  /** Days since 1970-01-01 in Spark. */
  DATE(DataTypes.IntegerType),
  BIGINT(DataTypes.LongType),
  INTEGER(DataTypes.IntegerType),
  BOOLEAN(DataTypes.BooleanType),
  /** JSON text in Spark. */
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
