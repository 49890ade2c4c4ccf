package io.clickstream.simulator;

import io.clickstream.event.ErrorMessage;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The message about wrong arguments of a command: one line, {@code Cannot X: reason. Do Y.} */
public final class WrongArguments {

  private WrongArguments() {}

  /** Returns the message; that of a command's own check stays as it is. */
  public static String message(ParameterException error) {
    String text = ErrorMessage.of(error);
    if (text.startsWith("Cannot ")) {
      return text;
    }
    String command = error.getCommandLine().getCommandSpec().qualifiedName();
    return "Cannot run %s: %s. Run ./%s --help for the list of its arguments."
        .formatted(command, reason(error, text), command);
  }

  private static String reason(ParameterException error, String text) {
    if (error instanceof UnmatchedArgumentException unmatched
        && !unmatched.getUnmatched().isEmpty()) {
      return "'" + unmatched.getUnmatched().get(0) + "' is unknown";
    }
    if (error instanceof OverwrittenOptionException repeated) {
      return name(repeated.getOverwritten()) + " is given twice";
    }
    if (error instanceof MissingParameterException missing) {
      List<ArgSpec> arguments = missing.getMissing();
      if (arguments.size() == 1) {
        return name(arguments.get(0))
            + (text.startsWith("Missing required ") ? " is missing" : " has no value");
      }
    }
    if (error.getArgSpec() != null && error.getValue() != null) {
      return "%s is '%s'".formatted(name(error.getArgSpec()), error.getValue());
    }
    String reason = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    return reason.substring(0, 1).toLowerCase(Locale.ROOT) + reason.substring(1);
  }

  private static String name(ArgSpec argument) {
    return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
  }
}
