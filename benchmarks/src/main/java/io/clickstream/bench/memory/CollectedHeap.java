package io.clickstream.bench.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a JVM's collections left of its heap, by its log of them. */
record CollectedHeap(Path log) {

  private static final Pattern PAUSE = Pattern.compile("Pause .* \\d+M->(\\d+)M\\(");

  /** Has a JVM write the log. */
  String javaOption() {
    return "-Xlog:gc:file=" + log;
  }

  /** The most that any collection left, in megabytes; 0 when there was none. */
  int mostMegabytes() throws IOException {
    try (Stream<String> lines = Files.lines(log)) {
      return lines
          .map(PAUSE::matcher)
          .filter(Matcher::find)
          .mapToInt(pause -> Integer.parseInt(pause.group(1)))
          .max()
          .orElse(0);
    }
  }
}
