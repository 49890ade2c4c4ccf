package io.clickstream.etl.source;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.apache.hadoop.util.functional.FunctionRaisingIOE;

/** The files below a raw root, by their paths relative to it. */
interface RawFiles {

  /**
   * A file or folder in a listing.
   *
   * @param name without its folder
   * @param isFolder whether it is a folder
   * @param size in bytes
   * @param lastModifiedMillis since 1970-01-01T00:00:00Z
   */
  record Entry(String name, boolean isFolder, long size, long lastModifiedMillis) {}

  /** Receives the entries of a listing one by one. */
  @FunctionalInterface
  interface Visitor {
    void visit(Entry entry);
  }

  /**
   * Lists the files and folders that are directly in a folder, in any order.
   *
   * @param folder empty for the root itself
   * @throws FileNotFoundException when the folder does not exist
   */
  default void list(String folder, Visitor visitor) throws IOException {
    list(folder, name -> true, visitor);
  }

  /**
   * Lists those files and folders in a folder whose names are wanted. On a local disk, nothing but
   * the name is read of the others.
   *
   * @param folder empty for the root itself
   * @throws FileNotFoundException when the folder does not exist
   */
  void list(String folder, Predicate<String> wanted, Visitor visitor) throws IOException;

  /**
   * Lists the files that are directly in a folder and have names in a range, in any order. An
   * object store may not tell that the folder does not exist.
   *
   * @throws FileNotFoundException when the folder does not exist
   */
  default void list(String folder, NameRange names, Visitor visitor) throws IOException {
    list(folder, names::has, visitor);
  }

  /**
   * Reads a file. After a transient error it is read again from its first byte, a bounded number of
   * times.
   *
   * @param size in bytes, as listed
   * @param reader takes the content of each attempt; its result is returned
   * @throws FileNotFoundException when the file does not exist
   * @throws IOException of the last attempt
   */
  <T> T read(String file, long size, FunctionRaisingIOE<InputStream, T> reader) throws IOException;

  /** Returns whether a file exists now. */
  boolean exists(String file) throws IOException;

  /**
   * Checks that the root exists; on an object store, that its bucket does.
   *
   * @throws FileNotFoundException when it does not exist
   */
  void requireRoot() throws IOException;

  /**
   * Reads some bytes of a file, again after a transient error.
   *
   * @param size of the file in bytes, as listed
   * @throws FileNotFoundException when the file does not exist
   */
  byte[] readRange(String file, long size, long from, int length) throws IOException;

  /**
   * Creates a file as a whole: nobody sees it before its last byte is stored.
   *
   * @param content the file on this machine to copy
   * @return false if the file exists already, which is then left as it is
   */
  boolean create(String file, Path content) throws IOException;

  /** Deletes files. One that does not exist is not an error. */
  void delete(List<String> files) throws IOException;
}
