package io.clickstream.etl.source;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Converts the objects of one task to bytes and back. Spark sends the data of a job to its tasks
 * with the serializer that {@code spark.serializer} names, and Kryo cannot serialize these classes.
 */
final class ListedObjectsCodec {

  private ListedObjectsCodec() {}

  static byte[] toBytes(List<ListedObjects> objects) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      for (ListedObjects ofHour : objects) {
        out.writeObject(ofHour);
      }
      out.writeObject(null);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to memory.", e);
    }
    return bytes.toByteArray();
  }

  static List<ListedObjects> fromBytes(byte[] bytes) {
    List<ListedObjects> objects = new ArrayList<>();
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      while (in.readObject() instanceof ListedObjects ofHour) {
        objects.add(ofHour);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read from memory.", e);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(
          "Cannot read the objects of a task: driver and executor run different jars.", e);
    }
    return objects;
  }
}
