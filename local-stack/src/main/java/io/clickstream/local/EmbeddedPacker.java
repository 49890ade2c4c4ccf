package io.clickstream.local;

import io.clickstream.etl.EtlMain;
import io.clickstream.etl.cli.EtlOptions;
import io.clickstream.etl.job.EtlResult;
import io.clickstream.simulator.SimulateCommand;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.Map;

/** Packs objects by the job, on a Spark session of this process. */
final class EmbeddedPacker implements SimulateCommand.Packer {

  @Override
  public void pack(URI root, Instant from, Instant to) throws IOException {
    try (EmbeddedSpark spark = new EmbeddedSpark()) {
      spark.await();
      EtlResult result =
          EtlMain.run(
              new String[] {
                "--pack",
                "--delete-packed",
                "--raw",
                root.toString(),
                "--from",
                EtlOptions.hour(from),
                "--to",
                EtlOptions.hour(to)
              },
              Map.of(),
              line -> {});
      if (!result.failures().isEmpty()) {
        throw new IOException(result.failures().get(0));
      }
    }
  }
}
