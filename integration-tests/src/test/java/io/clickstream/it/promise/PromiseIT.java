package io.clickstream.it.promise;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.it.promise.FaultyConnections.Fault;
import io.clickstream.it.promise.Trial.Step;
import io.clickstream.it.promise.Trial.Tally;
import io.clickstream.testing.Nightly;
import io.clickstream.testing.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/**
 * The promise: the warehouse is a function of the set of raw objects. {@link Trial} says how it is
 * put to the test; each property here is a kind of trouble.
 *
 * <p>{@code -Dpromise.histories=N} sets the volume, {@code -Dpromise.per-trial=N} how many of them
 * share a trial. A failure says how to repeat its trial alone: {@code -Dpromise.seed=S
 * -Dpromise.trial=K}; {@code -Dpromise.from=K} goes on from there.
 */
class PromiseIT {

  private static final int HISTORIES = Integer.getInteger("promise.histories", 168);
  private static final int PER_TRIAL = Integer.getInteger("promise.per-trial", 56);
  private static final Long SEED = Long.getLong("promise.seed");
  private static final Integer ONLY = Integer.getInteger("promise.trial");
  private static final int FROM = Integer.getInteger("promise.from", 0);

  /** The number of steps of a trial with all faults by day. */
  private static final int SAMPLE = 6;

  /** The sum of the properties' shares of the trials. */
  private static final int SHARES = 15;

  private final JobUnderTest job = new EtlMainJob();

  @Property(tries = 1, shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
  void theOrderAndTheSlicesOfLoadingDoNotMatter(@ForAll long seed) throws Exception {
    prove(
        "order and slices",
        4,
        seed,
        () ->
            List.of(
                Trial::load,
                Trial::pack,
                Trial::load,
                Trial::follow,
                Trial::packWhileLoading,
                Trial::rebuild,
                Trial::pack,
                Trial::quarantine,
                Trial::load));
  }

  @Property(tries = 1, shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
  void aRunThatDiesAtAnyStageLoadsNothing(@ForAll long seed) throws Exception {
    Tally tally =
        prove(
            "death at a stage",
            3,
            seed,
            () -> {
              List<Step> steps = new ArrayList<>();
              for (String stage : job.stages()) {
                steps.add(trial -> trial.crashAt(stage));
              }
              steps.add(3, Trial::catchUp);
              return steps;
            });
    assertThat(tally.crashes())
        .containsExactlyInAnyOrderElementsOf(
            job.stages().stream().map(stage -> "at " + stage).toList());
  }

  @Property(tries = 1, shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
  void aConnectionLostAtAnyMessageLosesNothing(@ForAll long seed) throws Exception {
    prove(
        "lost connections",
        2,
        seed,
        () ->
            List.of(
                Trial::loseAnswerOfCommit,
                trial -> trial.loseConnection(Fault.LOSE_MESSAGE),
                trial -> trial.loseConnection(Fault.LOSE_ANSWER),
                trial -> trial.loseConnection(Fault.END_BACKENDS),
                Trial::loseCommit,
                trial -> trial.loseConnection(Fault.END_BACKENDS),
                trial -> trial.loseConnection(Fault.LOSE_MESSAGE),
                trial -> trial.loseConnection(Fault.LOSE_ANSWER)));
  }

  @Property(tries = 1, shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
  void erasedRecordsAreAsIfTheyHadNeverCome(@ForAll long seed) throws Exception {
    prove(
        "erasure",
        2,
        seed,
        () ->
            List.of(
                Trial::erase,
                Trial::load,
                Trial::pack,
                Trial::eraseWhileLoading,
                Trial::eraseAndCrash,
                Trial::load,
                Trial::eraseWhileFollowing,
                Trial::erase,
                Trial::eraseAndCrash));
  }

  @Property(tries = 1, shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
  void loadingGoesOnAfterAPeriodIsClosed(@ForAll long seed) throws Exception {
    Tally tally =
        prove(
            "closing",
            1,
            seed,
            () ->
                List.of(
                    Trial::load,
                    Trial::load,
                    Trial::close,
                    Trial::pack,
                    Trial::closeAndCrash,
                    Trial::load,
                    Trial::closeWhileLoading,
                    Trial::follow,
                    Trial::close,
                    Trial::load));
    assertThat(tally.closings()).isPositive();
  }

  @Property(tries = 1, shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
  void runsThatOverlapTakeTurns(@ForAll long seed) throws Exception {
    prove(
        "overlapping runs",
        2,
        seed,
        () ->
            List.of(
                trial -> trial.overlap(false),
                Trial::vanish,
                trial -> trial.overlap(true),
                Trial::overtake));
  }

  @Property(tries = 1, shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
  void allFaultsTogetherChangeNoRow(@ForAll long seed) throws Exception {
    prove("all of it", 1, seed, () -> sample(Trial.everyStep(job), chosen(seed)));
  }

  /** Returns the first step and a few others in their order; all of them at night. */
  private static List<Step> sample(List<Step> steps, long seed) {
    if (Boolean.getBoolean(Nightly.PROPERTY)) {
      return steps;
    }
    List<Integer> others = new ArrayList<>(IntStream.range(1, steps.size()).boxed().toList());
    Collections.shuffle(others, new Random(seed));
    return Stream.concat(Stream.of(0), others.stream().limit(SAMPLE - 1).sorted())
        .map(steps::get)
        .toList();
  }

  private static long chosen(long anySeed) {
    return SEED == null ? anySeed : SEED;
  }

  /** Creates the steps of a trial. */
  private interface Script {
    List<Step> steps();
  }

  private Tally prove(String what, int share, long anySeed, Script script) throws Exception {
    long seed = chosen(anySeed);
    int trials = (int) Math.ceil((double) HISTORIES * share / SHARES / PER_TRIAL);
    Tally tally = new Tally();
    // It tells every crash at length, and here they are many.
    TestSpark.session().sparkContext().setLogLevel("OFF");
    try {
      for (int trial = FROM; trial < trials; trial++) {
        if (ONLY == null || ONLY == trial) {
          run(what, seed, trial, script.steps(), tally);
        }
      }
    } finally {
      TestSpark.session().sparkContext().setLogLevel("WARN");
    }
    System.out.println("promise, " + what + " (seed " + seed + "): " + tally + ": all equal");
    return tally;
  }

  private void run(String what, long seed, int trial, List<Step> steps, Tally tally)
      throws IOException {
    Path folder = Files.createTempDirectory("promise-");
    try {
      Trial.run(job, folder, seed(seed, trial), PER_TRIAL, steps, tally);
    } catch (Exception | AssertionError e) {
      throw new AssertionError(
          "%s: the promise is broken; repeat this property with -Dpromise.seed=%d -Dpromise.trial=%d -Dpromise.histories=%d -Dpromise.per-trial=%d; %s"
              .formatted(what, seed, trial, HISTORIES, PER_TRIAL, e.getMessage()),
          e);
    }
    delete(folder);
  }

  /** Returns the seed of a trial; those of neighbouring trials are unrelated. */
  private static long seed(long seed, int trial) {
    return (seed + trial) * 0x9E3779B97F4A7C15L;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
