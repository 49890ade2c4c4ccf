package io.clickstream.it.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.UnixOperatingSystemMXBean;
import io.clickstream.testing.Nightly;
import io.clickstream.testing.RecordingS3;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ten thousand requests at once, which a few function processes serve in bounded memory: overflow
 * is answered 503, and each accepted event is on S3.
 *
 * <p>The bound depends on the number of connections, not only on the queue. The JDK's HTTP server
 * allocates 29 KB of buffers when a connection's request is read, and frees them when its
 * dispatcher thread closes the connection. The dispatcher first passes all readable connections to
 * the reader threads, and only then closes those that have been answered. In the worst case all
 * connections hold their buffers at the same time: 10,000 of them need 290 MB. How many do depends
 * on the scheduling of threads: 3,000 were seen in a heap dump with 96 MB. With a heap of 192 MB,
 * up to 144 MB survived a full collection, so the server ran out of memory on some busy machines.
 */
class LoadIT {

  private static final int REQUESTS = Boolean.getBoolean(Nightly.PROPERTY) ? 10_000 : 4_000;
  private static final int PROCESSES = 3;
  private static final int QUEUE = 1_000;
  private static final int HEAP_MEGABYTES = 384;

  /** Heap, classes, code and threads. */
  private static final long MAX_RESIDENT_MEGABYTES = 550;

  /** The status that {@link ConcurrentRequests} gives for a broken connection. */
  private static final int BROKEN = 0;

  @TempDir private Path folder;

  @Test
  void overflowIsAnswered503AndEachAcceptedEventIsStored() throws Exception {
    int requests = (int) Math.min(REQUESTS, mostOpenFiles() - 1_000);
    try (RecordingS3 s3 = new RecordingS3()) {
      Process api = start(s3);
      try (BufferedReader out = api.inputReader()) {
        ConcurrentRequests client = new ConcurrentRequests(Integer.parseInt(out.readLine()));
        List<String> waiting =
            IntStream.range(0, requests)
                .mapToObj(
                    i -> "{\"eventId\":\"%d\",\"padding\":\"%s\"}".formatted(i, "x".repeat(500)))
                .toList();
        long accepted = 0;
        long overflow = 0;
        long broken = 0;
        int rounds = 0;
        while (!waiting.isEmpty()) {
          Map<String, Integer> statuses = post(client, waiting, api, out);
          rounds++;
          assertThat(Set.copyOf(statuses.values())).as("statuses").isSubsetOf(200, 503, BROKEN);
          // The kernel resets connections that arrive faster than the server accepts them. How many
          // depends on the machine's speed, so no bound is asserted.
          broken += Collections.frequency(statuses.values(), BROKEN);
          List<String> retried =
              statuses.entrySet().stream()
                  .filter(status -> status.getValue() != 200)
                  .map(Map.Entry::getKey)
                  .toList();
          assertThat(retried).as("requests to send again").hasSizeLessThan(waiting.size());
          accepted += waiting.size() - retried.size();
          overflow += retried.size();
          // The response of a broken connection may have been 200: its event is stored twice.
          assertThat((long) s3.objects().size())
              .as("objects on S3")
              .isBetween(accepted, accepted + broken);
          if (rounds == 1) {
            assertThat(retried).as("overflow of the first round").isNotEmpty();
          }
          waiting = retried;
        }
        long resident = residentMegabytes(api);
        System.out.printf(
            "LoadIT: %,d requests at once, %,d sent again in %d more rounds (%,d of them after a"
                + " broken connection, the others after 503): %,d accepted, %,d objects on S3; peak resident memory %d MB%n",
            requests, overflow, rounds - 1, broken, accepted, s3.objects().size(), resident);
        assertThat(eventIds(s3)).hasSize(requests);
        assertThat(accepted).isEqualTo(requests);
        assertThat(resident).isBetween(1L, MAX_RESIDENT_MEGABYTES);
      } finally {
        List<ProcessHandle> processes = api.descendants().toList();
        api.destroyForcibly().waitFor();
        processes.forEach(process -> process.onExit().join());
      }
    }
  }

  /** Posts, and reports the output of the server process when it has ended. */
  private static Map<String, Integer> post(
      ConcurrentRequests client, List<String> bodies, Process api, BufferedReader out)
      throws IOException {
    try {
      return client.post(bodies);
    } catch (ConnectException e) {
      throw api.isAlive()
          ? e
          : new IOException(
              "The server process ended with status %d: %s"
                  .formatted(api.exitValue(), String.join(" ", out.lines().toList())),
              e);
    }
  }

  private Process start(RecordingS3 s3) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx" + HEAP_MEGABYTES + "m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:+ExitOnOutOfMemoryError",
            "-cp",
            System.getProperty("java.class.path"),
            HttpApiProcess.class.getName(),
            s3.endpoint().toString(),
            Integer.toString(PROCESSES),
            Integer.toString(QUEUE),
            folder.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static long mostOpenFiles() {
    return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getMaxFileDescriptorCount();
  }

  private static Set<String> eventIds(RecordingS3 s3) throws IOException {
    Set<String> ids = new HashSet<>();
    ObjectMapper json = new ObjectMapper();
    for (String object : s3.objects().values()) {
      ids.add(json.readTree(object).get("eventId").asText());
    }
    return ids;
  }

  /** Returns the peak of the resident memory, which Linux records. */
  private static long residentMegabytes(Process process) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
            .filter(line -> line.startsWith("VmHWM:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
            .sum()
        / 1_024;
  }
}
