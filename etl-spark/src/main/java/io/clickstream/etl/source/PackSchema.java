package io.clickstream.etl.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;

/** The columns of a pack. A file may have more columns, which are not read. */
final class PackSchema {

  static final String KEY = "key";
  static final String LAST_MODIFIED = "last_modified";
  static final String BODY = "body";

  /** What the job writes. */
  static final MessageType WRITTEN =
      Types.buildMessage()
          .required(PrimitiveTypeName.BINARY)
          .as(LogicalTypeAnnotation.stringType())
          .named(KEY)
          .required(PrimitiveTypeName.INT64)
          .as(LogicalTypeAnnotation.timestampType(true, TimeUnit.MICROS))
          .named(LAST_MODIFIED)
          .required(PrimitiveTypeName.BINARY)
          .named(BODY)
          .named("pack");

  private PackSchema() {}

  /**
   * Returns the schema to read some columns of a file.
   *
   * @throws NotAPackException if the file lacks a column of a pack, or has another type there
   */
  static MessageType reading(MessageType ofFile, String... columns) throws NotAPackException {
    for (Type expected : WRITTEN.getFields()) {
      requireColumn(ofFile, expected);
    }
    List<Type> read = new ArrayList<>();
    for (String column : columns) {
      read.add(ofFile.getType(column));
    }
    return new MessageType(WRITTEN.getName(), read);
  }

  /** Returns the schema to read all columns of a pack. */
  static MessageType readingAll(MessageType ofFile) throws NotAPackException {
    return reading(ofFile, KEY, LAST_MODIFIED, BODY);
  }

  private static void requireColumn(MessageType ofFile, Type expected) throws NotAPackException {
    String name = expected.getName();
    if (!ofFile.containsField(name)) {
      throw new NotAPackException("it has no column '" + name + "'");
    }
    Type found = ofFile.getType(name);
    boolean isSame =
        found.isPrimitive()
            && !found.isRepetition(Repetition.REPEATED)
            && found.asPrimitiveType().getPrimitiveTypeName()
                == expected.asPrimitiveType().getPrimitiveTypeName()
            && Objects.equals(
                found.getLogicalTypeAnnotation(), expected.getLogicalTypeAnnotation());
    if (!isSame) {
      throw new NotAPackException(
          "its column is '%s' instead of '%s'".formatted(found, expected).replaceAll("\\s+", " "));
    }
  }
}
