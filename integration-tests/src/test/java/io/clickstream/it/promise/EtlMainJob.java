package io.clickstream.it.promise;

import io.clickstream.etl.EtlMain;
import io.clickstream.etl.job.EtlResult;
import io.clickstream.etl.job.RunListener;
import io.clickstream.etl.job.Stage;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The job of this build. */
final class EtlMainJob implements JobUnderTest {

  @Override
  public List<String> stages() {
    return Arrays.stream(Stage.values()).map(Stage::name).toList();
  }

  @Override
  public String run(List<String> arguments, Watcher watcher) throws IOException {
    EtlResult result =
        EtlMain.run(
            arguments.toArray(String[]::new),
            Map.of(),
            new RunListener() {
              @Override
              public void message(String line) {
                watcher.said(line);
              }

              @Override
              public void stageEnded(Stage stage) {
                watcher.ended(stage.name());
              }
            });
    if (!result.failures().isEmpty()) {
      throw new IOException(String.join("; ", result.failures()));
    }
    return result.total().toJson();
  }
}
