package io.clickstream.it.faults;

import io.clickstream.testing.Eventually;
import io.clickstream.testing.FaultProxy;
import io.clickstream.testing.FaultProxy.Fault;
import io.clickstream.testing.FaultProxy.Kind;
import io.clickstream.testing.FaultProxy.Request;
import io.clickstream.testing.TestBucket;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Kills a run that deletes raw objects from S3. */
final class KilledDeletion {

  private KilledDeletion() {}

  /** Deletions are POSTs to the bucket; other writes of a run are PUTs of packs. */
  static boolean isDeletion(Request request) {
    return request.kind() == Kind.WRITE && !request.target().contains("/pack-");
  }

  /**
   * Kills a run at its second deletion, which does not take place. The proxy passes everything on
   * afterwards.
   *
   * @param folder the folder for the output of the process
   */
  static void run(FaultProxy proxy, TestBucket bucket, Path folder, List<String> arguments)
      throws Exception {
    AtomicInteger deletions = new AtomicInteger();
    CountDownLatch deleting = new CountDownLatch(1);
    CountDownLatch killed = new CountDownLatch(1);
    proxy.follow(
        request -> {
          if (isDeletion(request) && deletions.incrementAndGet() > 1) {
            deleting.countDown();
            Eventually.isOpen("the run is killed", killed);
            return Optional.of(Fault.RESET);
          }
          return Optional.empty();
        });
    try (JobProcess job = new JobProcess(folder, "killed", bucket.environment(proxy.endpoint()))) {
      job.load(arguments);
      Eventually.isOpen("the run deletes", deleting);
      job.kill();
    } finally {
      killed.countDown();
      proxy.follow(request -> Optional.empty());
    }
  }
}
