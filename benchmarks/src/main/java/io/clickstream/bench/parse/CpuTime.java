package io.clickstream.bench.parse;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/** CPU time of a Spark job's tasks, without the JVM's own threads. */
final class CpuTime extends SparkListener {

  private final AtomicLong nanos = new AtomicLong();
  private final CountDownLatch ended = new CountDownLatch(1);

  private CpuTime() {}

  /**
   * Runs something and tells its nanoseconds.
   *
   * @param job one job of Spark's
   */
  static long of(SparkContext spark, Runnable job) throws IOException {
    CpuTime listener = new CpuTime();
    spark.addSparkListener(listener);
    try {
      job.run();
      listener.ended.await();
      return listener.nanos.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while parsing", e);
    } finally {
      spark.removeSparkListener(listener);
    }
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd task) {
    nanos.addAndGet(task.taskMetrics().executorCpuTime());
  }

  @Override
  public void onJobEnd(SparkListenerJobEnd job) {
    ended.countDown();
  }
}
