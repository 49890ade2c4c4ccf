package io.clickstream.etl.source;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.clickstream.etl.schema.ErasureRequest;
import io.clickstream.etl.schema.ErasureRequest.Kind;
import io.clickstream.event.ErrorMessage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The erasure requests beside the raw root: objects {@code erasures/<uuid>.json}.
 *
 * <p>The number and the size of requests are bounded. A request that is not well-formed is refused,
 * and reported in each run until somebody removes it. It never stops the loads.
 */
public final class ErasureRequests {

  /** Folder of the requests beside the raw root. */
  public static final String FOLDER = "erasures";

  /** Greatest size of a request in bytes. */
  static final int MAX_BYTES = 1 << 20;

  /** Greatest number of requests beside a raw root. */
  static final int MAX_REQUESTS = 100_000;

  private static final int PARALLEL_READS = 16;

  private static final Pattern NAME =
      Pattern.compile("([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})\\.json");

  /**
   * The requests that were read.
   *
   * @param requests ascending by id
   * @param refused one line for each file that is not a usable request
   */
  public record Found(List<ErasureRequest> requests, List<String> refused) {}

  private record Listed(String name, long size) {}

  private record Outcome(ErasureRequest request, String refusal) {}

  private final RawStore store;

  /**
   * Creates the requests of a raw root.
   *
   * @param raw the raw root
   */
  public ErasureRequests(RawStore raw) {
    this.store = raw.sibling(FOLDER);
  }

  /**
   * Reads the requests that are not known.
   *
   * @param known requests that are not read again
   * @throws IOException if they cannot be listed, or if there are too many
   */
  public Found read(Set<UUID> known) throws IOException {
    List<ErasureRequest> requests = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    for (Outcome outcome : outcomes(list(known, refused))) {
      if (outcome.refusal() != null) {
        refused.add(outcome.refusal());
      } else if (outcome.request() != null) {
        requests.add(outcome.request());
      }
    }
    requests.sort(Comparator.comparing(request -> request.id().toString()));
    return new Found(List.copyOf(requests), List.copyOf(refused));
  }

  private List<Listed> list(Set<UUID> known, List<String> refused) throws IOException {
    // Names are compared as text, since there may be many.
    Set<String> knownNames = known.stream().map(ErasureRequests::name).collect(Collectors.toSet());
    List<Listed> listed = new ArrayList<>();
    int[] count = new int[1];
    try {
      store
          .files()
          .list(
              "",
              name -> {
                boolean isKnown = knownNames.contains(name);
                count[0] += isKnown ? 1 : 0;
                return !isKnown;
              },
              entry -> {
                count[0]++;
                boolean isRequest = !entry.isFolder() && entry.name().endsWith(".json");
                if (isRequest && !NAME.matcher(entry.name()).matches()) {
                  refused.add(refusal(entry.name(), "the name is not a UUID in lower case"));
                } else if (isRequest) {
                  listed.add(new Listed(entry.name(), entry.size()));
                }
              });
    } catch (FileNotFoundException e) {
      return List.of();
    } catch (IOException e) {
      throw new IOException(
          "Cannot list the erasure requests in %s, beside the raw root: %s"
              .formatted(FOLDER, ErrorMessage.of(e)),
          e);
    }
    if (count[0] > MAX_REQUESTS) {
      throw new IOException(
          "Cannot read the erasure requests: there are %,d, more than %,d. Write more ids into one request."
              .formatted(count[0], MAX_REQUESTS));
    }
    return listed;
  }

  private List<Outcome> outcomes(List<Listed> listed) {
    if (listed.isEmpty()) {
      return List.of();
    }
    ExecutorService pool = Executors.newFixedThreadPool(Math.min(PARALLEL_READS, listed.size()));
    try {
      List<Future<Outcome>> reads =
          listed.stream().map(one -> pool.submit(() -> read(one))).toList();
      List<Outcome> outcomes = new ArrayList<>();
      for (Future<Outcome> read : reads) {
        outcomes.add(read.get());
      }
      return outcomes;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Cannot read erasure requests: interrupted.", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("Cannot read an erasure request.", e.getCause());
    } finally {
      pool.shutdownNow();
    }
  }

  private Outcome read(Listed listed) {
    if (listed.size() > MAX_BYTES) {
      return new Outcome(
          null,
          refusal(listed.name(), "more than " + MAX_BYTES + " bytes: write several requests"));
    }
    Matcher name = NAME.matcher(listed.name());
    if (!name.matches()) {
      throw new IllegalArgumentException(listed.name());
    }
    byte[] body;
    try {
      body = store.files().read(listed.name(), listed.size(), in -> in.readNBytes(MAX_BYTES + 1));
    } catch (FileNotFoundException e) {
      return new Outcome(null, null);
    } catch (IOException e) {
      return new Outcome(
          null,
          "Cannot read the erasure request %s/%s: %s. The next run tries again."
              .formatted(FOLDER, listed.name(), ErrorMessage.of(e)));
    }
    try {
      return new Outcome(ErasureRequestJson.parse(UUID.fromString(name.group(1)), body), null);
    } catch (IOException | IllegalArgumentException e) {
      return new Outcome(null, refusal(listed.name(), ErrorMessage.of(e)));
    }
  }

  private static String name(UUID id) {
    return id + ".json";
  }

  private static String refusal(String name, String reason) {
    return "Cannot apply the erasure request %s/%s: %s. Write a correct request, and delete this one."
        .formatted(FOLDER, name, reason);
  }

  /** Writes a request. */
  public void write(ErasureRequest request) throws IOException {
    Path content = Files.createTempFile("erasure-", ".json");
    try {
      try (OutputStream out = Files.newOutputStream(content);
          JsonGenerator json = new JsonFactory().createGenerator(out)) {
        write(request, json);
      }
      store.files().create(name(request.id()), content);
    } finally {
      Files.deleteIfExists(content);
    }
  }

  private static void write(ErasureRequest request, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("requestedAt", request.requestedAt().toString());
    json.writeStringField("receivedBefore", request.receivedBefore().toString());
    for (Kind kind : Kind.values()) {
      if (!request.ids(kind).isEmpty()) {
        json.writeArrayFieldStart(kind.field());
        for (String id : request.ids(kind)) {
          json.writeString(id);
        }
        json.writeEndArray();
      }
    }
    json.writeEndObject();
  }
}
