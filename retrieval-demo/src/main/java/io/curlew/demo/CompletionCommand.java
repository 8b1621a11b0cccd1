package io.curlew.demo;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code curlew completion}. */
@Command(
    name = "completion",
    description = "Prints a script that lets a shell complete commands, options and their values.",
    footer = {
      "",
      "Examples:",
      "  source <(curlew completion bash)",
      "  curlew completion bash > ~/.local/share/bash-completion/completions/curlew"
    })
final class CompletionCommand implements Callable<Integer> {

  /** Shells with a script. */
  enum Shell {
    bash,
    zsh
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(arity = "1", paramLabel = "SHELL", description = "One of: ${COMPLETION-CANDIDATES}.")
  private Shell shell = Shell.bash;

  @Override
  public Integer call() {
    // zsh reads the same script, which turns on its emulation of bash's completion
    System.out.print(AutoComplete.bash("curlew", spec.root().commandLine()));
    return 0;
  }
}
