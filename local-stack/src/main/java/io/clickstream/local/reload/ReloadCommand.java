package io.clickstream.local.reload;

import io.clickstream.etl.EtlMain;
import io.clickstream.etl.job.EtlResult;
import io.clickstream.etl.sql.DatabaseException;
import io.clickstream.etl.warehouse.LoadException;
import io.clickstream.etl.warehouse.SettingsMismatchException;
import io.clickstream.local.EmbeddedSpark;
import io.clickstream.local.diff.DiffPages;
import io.clickstream.local.diff.DiffText;
import io.clickstream.local.diff.WarehouseDiff;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./clickstream reload}: loads a second warehouse beside the first, then swaps them. */
@Command(
    name = "reload",
    mixinStandardHelpOptions = true,
    description = {
      "Loads every raw object into a new database NAME_next beside the warehouse NAME, with the",
      "rules of this version and the given settings, and prints what changes. --swap then gives it",
      "the name NAME. Every command goes on after it was ended. The password comes from DW_PASSWORD."
    })
public final class ReloadCommand implements Callable<Integer> {

  private static final class Action {
    @Option(names = "--swap", arity = "0", description = "Loads the last objects and renames.")
    private boolean swap;

    @Option(
        names = "--undo",
        arity = "0",
        description = "Renames back: the warehouse before is NAME again.")
    private boolean undo;

    @Option(
        names = "--drop-before",
        arity = "0",
        description = "Drops the warehouses that were swapped out.")
    private boolean dropBefore;

    @Option(names = "--drop-next", arity = "0", description = "Drops NAME_next.")
    private boolean dropNext;
  }

  @Spec private CommandSpec spec;

  @ArgGroup private Action action = new Action();

  @Option(
      names = "--raw",
      paramLabel = "URI",
      description = "Raw root: s3a://bucket/events or file:///data/events.")
  private String raw;

  @Mixin private ReloadArguments arguments;

  @Option(
      names = "--session-gap",
      paramLabel = "DURATION",
      description =
          "This and the next four: settings of the new warehouse. Default: those of NAME.")
  private String sessionGap;

  @Option(names = "--timezone", paramLabel = "ZONE", description = "Time zone of reporting days.")
  private String timezone;

  @Option(names = "--own-hosts", paramLabel = "HOST,…", description = "Hosts of the shop.")
  private String ownHosts;

  @Option(names = "--price-scale", paramLabel = "DIGITS", description = "Decimal places of prices.")
  private String priceScale;

  @Option(
      names = "--rejected-bytes-for",
      paramLabel = "DAYS",
      description = "How long to keep the bytes of rejected records, such as 30d.")
  private String rejectedBytesFor;

  @Option(
      names = "--fetch-concurrency",
      paramLabel = "N",
      description = "Requests in flight per task.")
  private String fetchConcurrency;

  @Option(
      names = "--skip-unreadable",
      arity = "0",
      description = "Loads a slice without its unreadable objects.")
  private boolean skipUnreadable;

  @Option(
      names = "--no-load",
      arity = "0",
      description = "Loads nothing: the job loads NAME_next elsewhere, as on AWS.")
  private boolean noLoad;

  @Option(
      names = "--accept-missing",
      arity = "0",
      description = "Swaps although NAME has objects that NAME_next has not.")
  private boolean acceptMissing;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Also writes a page that shows old and new side by side.")
  private Path html;

  @Override
  public Integer call() throws IOException {
    if (raw == null && !noLoad && loads()) {
      return wrong("--raw is missing. Give --raw URI, or --no-load.");
    }
    if (html != null) {
      DiffPages.requireFolder(html);
    }
    try (LazySpark spark = new LazySpark();
        Reload reload = new Reload(request(), job(spark), ReloadCommand::say)) {
      run(reload);
      return ExitCode.OK;
    } catch (SettingsMismatchException e) {
      return wrong(e.getMessage() + " Or drop NAME_next by --drop-next.");
    } catch (IllegalArgumentException e) {
      return wrong(e.getMessage());
    } catch (DatabaseException e) {
      throw new LoadException("Cannot reload: " + e.getMessage(), e);
    }
  }

  private boolean loads() {
    return !action.undo && !action.dropBefore && !action.dropNext;
  }

  private void run(Reload reload) throws IOException {
    if (action.swap) {
      reload.swap();
    } else if (action.undo) {
      reload.undo();
    } else if (action.dropBefore) {
      reload.dropBefore();
    } else if (action.dropNext) {
      reload.dropNext();
    } else {
      Optional<WarehouseDiff> diff = reload.load();
      if (diff.isPresent()) {
        if (html != null) {
          DiffPages.write(html, diff.get());
        }
        System.out.println(DiffText.of(diff.get()));
        say("Run the same command with --swap to use the new warehouse.");
      }
    }
  }

  private ReloadRequest request() throws IOException {
    return new ReloadRequest(
        arguments.open(),
        Optional.ofNullable(raw),
        jobArguments(),
        settings(),
        noLoad,
        acceptMissing);
  }

  private Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("session-gap", sessionGap);
    settings.put("timezone", timezone);
    settings.put("own-hosts", ownHosts);
    settings.put("price-scale", priceScale);
    settings.put("rejected-bytes-for", rejectedBytesFor);
    settings.values().removeIf(Objects::isNull);
    return settings;
  }

  private List<String> jobArguments() {
    List<String> job = new ArrayList<>(arguments.ofAnyJob());
    if (fetchConcurrency != null) {
      job.addAll(List.of("--fetch-concurrency", fetchConcurrency));
    }
    if (skipUnreadable) {
      job.add("--skip-unreadable");
    }
    return job;
  }

  private static Job job(LazySpark spark) {
    return arguments -> {
      spark.start();
      EtlResult result =
          EtlMain.run(arguments.toArray(String[]::new), System.getenv(), ReloadCommand::say);
      return result.failures();
    };
  }

  private static void say(String line) {
    System.err.println("reload: " + line);
  }

  private int wrong(String message) {
    spec.commandLine().getErr().println("clickstream: " + message);
    return ExitCode.USAGE;
  }

  /** Starts Spark for the first load only: renaming does not need it. */
  private static final class LazySpark implements AutoCloseable {
    private EmbeddedSpark spark;

    void start() {
      if (spark == null) {
        spark = new EmbeddedSpark();
        spark.await();
      }
    }

    @Override
    public void close() {
      if (spark != null) {
        spark.close();
      }
    }
  }
}
