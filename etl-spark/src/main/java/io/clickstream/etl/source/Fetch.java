package io.clickstream.etl.source;

import java.util.Iterator;

/** Something that is read before its rows are taken. */
interface Fetch<T> {

  /** Returns the bytes of memory or disk that it needs until its rows are taken. */
  long bytesHeld();

  /** Reads it. The rows are to be closed if they are {@link AutoCloseable}. */
  Iterator<T> fetch();
}
