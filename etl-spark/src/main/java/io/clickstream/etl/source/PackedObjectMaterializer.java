package io.clickstream.etl.source;

import java.nio.charset.StandardCharsets;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.MessageType;

/** Makes a {@link PackedObject} of the columns of a row. Columns that are not read stay null. */
final class PackedObjectMaterializer extends RecordMaterializer<PackedObject> {

  private final Row row;
  private String key;
  private Long lastModified;
  private byte[] body;

  PackedObjectMaterializer(MessageType schema) {
    row = new Row(schema);
  }

  @Override
  public PackedObject getCurrentRecord() {
    return new PackedObject(key, lastModified, body);
  }

  @Override
  public GroupConverter getRootConverter() {
    return row;
  }

  private final class Row extends GroupConverter {
    private final Converter[] columns;

    Row(MessageType schema) {
      columns =
          schema.getFields().stream()
              .map(
                  field ->
                      switch (field.getName()) {
                        case PackSchema.KEY -> new KeyColumn();
                        case PackSchema.LAST_MODIFIED -> new LastModifiedColumn();
                        default -> new BodyColumn();
                      })
              .toArray(Converter[]::new);
    }

    @Override
    public Converter getConverter(int fieldIndex) {
      return columns[fieldIndex];
    }

    @Override
    public void start() {
      key = null;
      lastModified = null;
      body = null;
    }

    @Override
    public void end() {}
  }

  private final class KeyColumn extends PrimitiveConverter {
    @Override
    public void addBinary(Binary value) {
      key = new String(value.getBytesUnsafe(), StandardCharsets.UTF_8);
    }
  }

  private final class LastModifiedColumn extends PrimitiveConverter {
    @Override
    public void addLong(long value) {
      lastModified = value;
    }
  }

  private final class BodyColumn extends PrimitiveConverter {
    @Override
    public void addBinary(Binary value) {
      body = value.getBytes();
    }
  }
}
