package io.clickstream.bench;

import io.clickstream.local.Home;
import io.clickstream.local.simulate.SimulatedPost.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.Map;

/**
 * The job's first run on a machine leaves an archive of its classes, from which later ones start
 * faster: no timed run may be the first.
 */
final class FirstRun {

  private static final int EVENTS = 2_000;

  private FirstRun() {}

  /** Whether there has been one since the last build. */
  static boolean isDone() {
    String target = System.getProperty("clickstream.target", "target");
    return Files.exists(
        Home.find().folder().resolve(".clickstream/classes-" + target + "-EtlMain.jsa"));
  }

  /** Loads a small hour. */
  static void run(Workbench workbench) throws IOException, SQLException {
    HourlyEvents events = new HourlyEvents(EVENTS, EnumSet.allOf(Kind.class));
    Path folder = workbench.folder().resolve("first");
    events.write(folder);
    MeasuredWarehouse into = MeasuredWarehouse.create(workbench.postgres(), "first");
    Launch etl =
        Launch.etl(
            Workbench.SPARK_MASTER,
            Map.of(),
            "",
            into.arguments(folder.toUri(), HourlyEvents.START, events.length()));
    ChildProcess.run(workbench.folder(), etl.leavingAnArchive());
    into.drop();
  }
}
