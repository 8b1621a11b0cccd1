package io.curlew.demo;

import io.curlew.demo.console.BadInputException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command line. Exit codes: 0 success, 2 bad usage or bad input, 1 a failure inside. */
@Command(
    name = "curlew",
    description = "Ranks by an interaction model within a small, fixed budget of its calls.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    commandListHeading = "%nCommands:%n",
    synopsisSubcommandLabel = "COMMAND",
    version = "curlew 0.2.0",
    subcommands = {
      DemoCommand.class,
      IndexCommand.class,
      SearchCommand.class,
      EvaluateCommand.class,
      AnchorsCommand.class,
      SolrCommand.class,
      OpenSearchCommand.class,
      TrainCommand.class,
      DistillCommand.class,
      LearningRateCommand.class,
      ExportCommand.class,
      ServeCommand.class,
      DoctorCommand.class,
      CompletionCommand.class,
      CommandLine.HelpCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:success", "1:a failure inside", "2:bad usage or bad input"})
public final class Curlew {

  private static final int HELP_WIDTH = 96;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Print stack traces of errors.")
  private boolean verbose;

  private Curlew() {}

  /** Runs a command and exits. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  /** The commands and their options. */
  static CommandLine commandLine() {
    return new CommandLine(new Curlew())
        .setUsageHelpWidth(HELP_WIDTH)
        .setCaseInsensitiveEnumValuesAllowed(true);
  }

  /** Runs a command; the result is the exit code. */
  public static int run(String... args) {
    CommandLine commandLine = commandLine();
    commandLine.setExecutionExceptionHandler(
        (exception, command, parsed) -> {
          Curlew curlew = commandLine.getCommand();
          if (curlew.verbose) {
            exception.printStackTrace(System.err);
          }
          String message = String.valueOf(exception.getMessage()).lines().findFirst().orElse("");
          boolean badInput = BadInputException.isCause(exception);
          System.err.println(
              "curlew: "
                  + (badInput && !(exception instanceof NoSuchFileException)
                      ? message
                      : exception.getClass().getSimpleName() + ": " + message));
          return badInput ? 2 : 1;
        });
    commandLine.setParameterExceptionHandler(
        (exception, arguments) -> {
          System.err.println("curlew: " + exception.getMessage());
          return 2;
        });
    return args.length == 0 ? commandLine.execute("--help") : commandLine.execute(args);
  }
}
