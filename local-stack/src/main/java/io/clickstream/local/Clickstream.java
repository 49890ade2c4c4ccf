package io.clickstream.local;

import io.clickstream.etl.cli.UsageException;
import io.clickstream.event.ErrorMessage;
import io.clickstream.local.demo.DemoCommand;
import io.clickstream.local.diff.DiffCommand;
import io.clickstream.local.reload.EraseCommand;
import io.clickstream.local.reload.ReloadCommand;
import io.clickstream.simulator.SimulateCommand;
import io.clickstream.simulator.WrongArguments;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The main class of {@code ./clickstream}; each command is a subcommand. */
@Command(
    name = "clickstream",
    description = "The Clickstream Analytics Platform on this machine.",
    subcommands = {
      DemoCommand.class,
      UpCommand.class,
      MigrateCommand.class,
      CheckCommand.class,
      DiffCommand.class,
      ReloadCommand.class,
      EraseCommand.class,
      CloseCommand.class,
      WithWarehouseCommand.class,
    })
public final class Clickstream {

  private static final int FAILED = 1;

  Clickstream() {}

  /** Runs a command and exits with its status: 0 done, 1 failed, 2 wrong arguments. */
  public static void main(String[] args) {
    CommandLine commandLine = commandLine(new Clickstream());
    commandLine.addSubcommand(SimulateCommand.commandLine(new EmbeddedPacker()));
    // An id may begin with @.
    commandLine.setExpandAtFiles(false);
    // Options after the command's name belong to that command.
    commandLine.getSubcommands().get("with-warehouse").setStopAtPositional(true);
    System.exit(commandLine.execute(args));
  }

  /** Returns a command line that reports errors in one line. */
  public static CommandLine commandLine(Object command) {
    CommandLine commandLine = new CommandLine(command);
    commandLine.setExecutionExceptionHandler(
        (thrown, failed, parsed) -> {
          System.err.println("clickstream: " + ErrorMessage.of(thrown));
          if (System.getenv("CLICKSTREAM_DEBUG") != null) {
            thrown.printStackTrace();
          }
          return thrown instanceof UsageException ? CommandLine.ExitCode.USAGE : FAILED;
        });
    commandLine.setParameterExceptionHandler(
        (thrown, arguments) -> {
          System.err.println("clickstream: " + WrongArguments.message(thrown));
          return CommandLine.ExitCode.USAGE;
        });
    return commandLine;
  }
}
