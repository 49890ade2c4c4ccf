package io.clickstream.etl.source;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;

/**
 * Converts what one task gets to bytes and back. Spark sends the data of a job to its tasks with
 * the serializer that {@code spark.serializer} names, and Kryo cannot serialize these classes.
 */
final class TaskDataCodec {

  private TaskDataCodec() {}

  static byte[] toBytes(Serializable data) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(data);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to memory.", e);
    }
    return bytes.toByteArray();
  }

  static <T> T fromBytes(byte[] bytes, Class<T> type) {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return type.cast(in.readObject());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read from memory.", e);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(
          "Cannot read the data of a task: driver and executor run different jars.", e);
    }
  }
}
