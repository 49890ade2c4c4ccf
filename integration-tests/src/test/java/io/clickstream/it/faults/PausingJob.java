package io.clickstream.it.faults;

import io.clickstream.etl.EtlMain;
import io.clickstream.etl.job.RunListener;
import io.clickstream.etl.job.Stage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import org.apache.spark.sql.SparkSession;

/** The process of a {@link JobProcess}. */
final class PausingJob {

  static final String READY = "ready";
  static final String PAUSED = "paused";

  /** The point after a slice's commit, given in place of a stage's name. */
  static final String COMMITTED = "COMMITTED";

  /** A prefix of a stage's name: the job reports the stage and goes on. */
  static final String PASSING = "~";

  private PausingJob() {}

  /** Starts Spark, then reads one line: where to pause, or nothing, and the job's arguments. */
  public static void main(String[] args) throws IOException {
    SparkSession.builder()
        .master("local[2]")
        .appName("clickstream-fault")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate();
    System.out.println(READY);
    BufferedReader orders = new BufferedReader(new InputStreamReader(System.in));
    String[] order = orders.readLine().split("\t", -1);
    String[] arguments = Arrays.copyOfRange(order, 1, order.length);
    if (order[0].isEmpty()) {
      EtlMain.main(arguments);
    } else {
      EtlMain.run(arguments, System.getenv(), new Pause(order[0]));
    }
  }

  private record Pause(String at) implements RunListener {

    @Override
    public void message(String line) {
      System.err.println("clickstream-etl: " + line);
      if (at.equals(COMMITTED) && line.contains(" records = ")) {
        pause();
      }
    }

    @Override
    public void stageEnded(Stage stage) {
      if (at.equals(stage.name())) {
        pause();
      } else if (at.equals(PASSING + stage.name())) {
        System.out.println(PAUSED);
      }
    }

    private static void pause() {
      System.out.println(PAUSED);
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
