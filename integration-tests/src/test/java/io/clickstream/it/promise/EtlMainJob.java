package io.clickstream.it.promise;

import io.clickstream.etl.EtlMain;
import io.clickstream.etl.job.EtlResult;
import io.clickstream.etl.job.RunListener;
import io.clickstream.etl.job.Stage;
import io.clickstream.it.HandClock;
import io.clickstream.it.RunningFollower;
import java.io.IOException;
import java.time.Instant;
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

  @Override
  public Follower follow(List<String> arguments, Instant now) {
    HandClock clock = new HandClock(now);
    RunningFollower follower = new RunningFollower(arguments, clock);
    return new Follower() {
      @Override
      public void stepAt(Instant time) throws Exception {
        clock.stepAt(time, follower);
      }

      @Override
      public String stop() throws Exception {
        if (!follower.faults().isEmpty()) {
          throw new IOException(String.join("; ", follower.faults()));
        }
        return follower.stop().total().toJson();
      }

      @Override
      public void close() {
        follower.close();
      }
    };
  }
}
