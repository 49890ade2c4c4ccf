package io.clickstream.it.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.UnixOperatingSystemMXBean;
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
 * Ten thousand requests at once before a few workers, in bounded memory: what overflows is answered
 * 503, and what is accepted is on S3.
 */
class LoadIT {

  private static final int WORKERS = 3;
  private static final int QUEUE = 1_000;
  private static final int HEAP_MEGABYTES = 256;

  /** Heap, classes, code and threads. */
  private static final long MOST_RESIDENT_MEGABYTES = 420;

  /** What {@link ManyRequests} says of a connection without an answer. */
  private static final int BROKEN = 0;

  @TempDir private Path folder;

  @Test
  void overflowIs503AndWhatIsAcceptedIsStored() throws Exception {
    int requests = (int) Math.min(10_000, mostOpenFiles() - 1_000);
    try (RecordingS3 s3 = new RecordingS3()) {
      Process front = start(s3);
      try (BufferedReader out = front.inputReader()) {
        ManyRequests client = new ManyRequests(Integer.parseInt(out.readLine()));
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
          Map<String, Integer> answers = post(client, waiting, front, out);
          rounds++;
          assertThat(Set.copyOf(answers.values())).as("statuses").isSubsetOf(200, 503, BROKEN);
          // The kernel breaks some when connections come faster than any program takes them.
          broken += Collections.frequency(answers.values(), BROKEN);
          List<String> refused =
              answers.entrySet().stream()
                  .filter(answer -> answer.getValue() != 200)
                  .map(Map.Entry::getKey)
                  .toList();
          accepted += waiting.size() - refused.size();
          overflow += refused.size();
          // An answer that broke may have been a good one: its event is sent again and stored
          // twice.
          assertThat((long) s3.objects().size())
              .as("objects on S3")
              .isBetween(accepted, accepted + broken);
          if (rounds == 1) {
            assertThat(refused).as("overflow of the first round").isNotEmpty();
          }
          waiting = refused;
        }
        long resident = residentMegabytes(front);
        System.out.printf(
            "LoadIT: %,d requests at once, %,d sent again in %d more rounds (%,d of them after a"
                + " broken connection, the others after 503): %,d accepted, %,d objects on S3; front at most %d MB resident%n",
            requests, overflow, rounds - 1, broken, accepted, s3.objects().size(), resident);
        assertThat(eventIds(s3)).hasSize(requests);
        assertThat(accepted).isEqualTo(requests);
        assertThat(broken).as("broken connections").isLessThan(requests / 10);
        assertThat(resident).isBetween(1L, MOST_RESIDENT_MEGABYTES);
      } finally {
        List<ProcessHandle> workers = front.descendants().toList();
        front.destroyForcibly().waitFor();
        workers.forEach(worker -> worker.onExit().join());
      }
    }
  }

  /** Or what the front said at its end, such as that it had no memory left. */
  private static Map<String, Integer> post(
      ManyRequests client, List<String> bodies, Process front, BufferedReader out)
      throws IOException {
    try {
      return client.post(bodies);
    } catch (ConnectException e) {
      throw front.isAlive()
          ? e
          : new IOException(
              "the front ended with %d: %s"
                  .formatted(front.exitValue(), String.join(" ", out.lines().toList())),
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
            FrontProcess.class.getName(),
            s3.endpoint().toString(),
            Integer.toString(WORKERS),
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

  /** The high-water mark, as Linux keeps it. */
  private static long residentMegabytes(Process process) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
            .filter(line -> line.startsWith("VmHWM:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
            .sum()
        / 1_024;
  }
}
