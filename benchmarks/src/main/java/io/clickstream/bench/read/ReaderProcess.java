package io.clickstream.bench.read;

import io.clickstream.bench.ChildServer;
import io.clickstream.bench.HourlyEvents;
import io.clickstream.bench.Launch;
import io.clickstream.bench.Workbench;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** A reader in a process of its own, see {@link ReadServer}. */
final class ReaderProcess implements Reader {

  private final ChildServer server;

  ReaderProcess(
      Workbench workbench, EventReader reader, String master, Map<String, String> settings)
      throws IOException {
    Map<String, String> all = new HashMap<>(settings);
    all.putAll(reader.settings());
    all.put(ReadServer.READER, reader.name());
    server =
        new ChildServer(
            workbench.folder(), Launch.inPlaceOfTheJob(ReadServer.class, master, all, ""));
  }

  @Override
  public TimedRead read(URI endpoint, URI root, HourlyEvents events) throws IOException {
    String hours = events.hours().stream().map(Instant::toString).collect(Collectors.joining(" "));
    return TimedRead.parse(server.ask(endpoint + " " + root + " " + hours));
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
