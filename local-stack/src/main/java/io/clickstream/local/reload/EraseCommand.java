package io.clickstream.local.reload;

import io.clickstream.etl.EtlMain;
import io.clickstream.etl.job.ErasureCertificate;
import io.clickstream.etl.job.EtlResult;
import io.clickstream.etl.sql.DatabaseException;
import io.clickstream.etl.warehouse.LoadException;
import io.clickstream.local.EmbeddedSpark;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/** {@code ./clickstream erase --prove}: erases, and proves it by a reload. */
@Command(
    name = "erase",
    mixinStandardHelpOptions = true,
    description = {
      "Erases records like the job's --erase, whose other arguments it takes, and proves it: loads a",
      "scratch warehouse NAME_proof without the records, compares every row, and drops it."
    })
public final class EraseCommand implements Callable<Integer> {

  @Option(
      names = "--prove",
      arity = "0",
      required = true,
      description = "Needs a user that may create databases.")
  private boolean prove;

  @Option(names = "--raw", paramLabel = "URI", required = true, description = "Raw root.")
  private String raw;

  @Mixin private ReloadArguments arguments;

  @Unmatched private List<String> erasing = new ArrayList<>();

  @Override
  public Integer call() throws IOException {
    List<String> erase = new ArrayList<>(List.of("--erase", "--raw", raw));
    erase.addAll(arguments.ofJob());
    erase.addAll(erasing);
    EtlMain.requireArguments(erase.toArray(String[]::new), System.getenv());
    ReloadRequest request =
        new ReloadRequest(
            arguments.open(), Optional.of(raw), arguments.ofAnyJob(), Map.of(), false, false);
    try (EmbeddedSpark spark = new EmbeddedSpark()) {
      spark.await();
      ProveErasure.Result result =
          new ProveErasure(
                  request,
                  () -> certificate(run(erase)),
                  load -> run(load).failures(),
                  EraseCommand::say)
              .prove();
      System.out.println(result.toJson());
      if (!result.holds()) {
        say(result.differences());
        say("the warehouse is not what a load without the erased records gives");
        return ExitCode.SOFTWARE;
      }
      say("proved: every row is what a load without the erased records gives");
      return ExitCode.OK;
    } catch (DatabaseException e) {
      throw new LoadException("Cannot prove the erasure: " + e.getMessage(), e);
    }
  }

  private static EtlResult run(List<String> arguments) throws IOException {
    return EtlMain.run(arguments.toArray(String[]::new), System.getenv(), EraseCommand::say);
  }

  private static ErasureCertificate certificate(EtlResult result) {
    if (!result.failures().isEmpty()) {
      throw new LoadException(
          "Cannot erase all: %d failures; the first: %s"
              .formatted(result.failures().size(), result.failures().get(0)));
    }
    return (ErasureCertificate) result.report().orElseThrow();
  }

  private static void say(String line) {
    System.err.println("erase: " + line);
  }
}
