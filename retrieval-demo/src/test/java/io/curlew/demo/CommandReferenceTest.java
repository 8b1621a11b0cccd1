package io.curlew.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/**
 * What the commands say of themselves, and that the reference says the same. To write it anew:
 * {@code mvn -pl retrieval-demo -am test -Dtest=CommandReferenceTest -Dreference.write=true
 * -Dsurefire.failIfNoSpecifiedTests=false}.
 */
class CommandReferenceTest {

  private static final Path REFERENCE = Path.of("doc/commands.md");

  @TempDir Path directory;

  @Test
  void theReferenceIsWhatTheCommandsSay() throws IOException {
    String made = reference();
    if (Boolean.getBoolean("reference.write")) {
      Files.writeString(REFERENCE, made);
    }
    assertEquals(
        made, Files.readString(REFERENCE), "to write it anew, see the Javadoc of this test");
  }

  private static String reference() {
    CommandLine curlew = Curlew.commandLine();
    StringBuilder text = new StringBuilder();
    text.append(
        "# Commands\n\nMade from what `curlew --help` and `curlew COMMAND --help` print.\n");
    append(text, "curlew", curlew);
    return text.toString();
  }

  private static void append(StringBuilder text, String name, CommandLine command) {
    text.append("\n## ").append(name).append("\n\n```\n");
    text.append(command.getUsageMessage(Ansi.OFF).stripTrailing().replaceAll(" +\n", "\n"));
    text.append("\n```\n");
    command.getSubcommands().forEach((sub, line) -> append(text, name + " " + sub, line));
  }

  @Test
  void everyOptionAndCommandIsDescribed() {
    check(Curlew.commandLine());
  }

  private static void check(CommandLine command) {
    String name = command.getCommandName();
    assertTrue(command.getCommandSpec().usageMessage().description().length > 0, name);
    command
        .getCommandSpec()
        .options()
        .forEach(
            option ->
                assertTrue(
                    option.description().length > 0 && !option.description()[0].isBlank(),
                    name + " " + option.longestName()));
    assertTrue(
        command.getCommandSpec().optionsMap().containsKey("--help") || name.equals("help"), name);
    command.getSubcommands().values().forEach(CommandReferenceTest::check);
  }

  @Test
  void theCompletionCompletesInARealShell() throws Exception {
    String script = printed("completion", "bash");
    Path bash = Path.of("/bin/bash");
    Assumptions.assumeTrue(Files.isExecutable(bash), "bash must be there for this test: skipped");
    Path file = directory.resolve("curlew.bash");
    Files.writeString(
        file,
        script
            + """

            complete_line() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); \
            _complete_curlew 2> /dev/null; echo "${COMPREPLY[@]}"; }
            complete_line curlew se
            complete_line curlew search --b
            complete_line curlew completion ""
            """);
    Process shell =
        new ProcessBuilder(bash.toString(), file.toString()).redirectErrorStream(true).start();
    List<String> lines =
        new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    assertTrue(shell.waitFor(20, TimeUnit.SECONDS));
    assertEquals(List.of("search serve", "--budget", "bash zsh"), lines);
  }

  @Test
  void theDoctorFindsThisMachineWell() {
    String found = printed("doctor");
    assertTrue(found.contains("ok   Java"), found);
    assertTrue(found.contains("ok   ONNX Runtime, tokens"), found);
    assertFalse(found.contains("fail"), found);
    for (String line : found.lines().toList()) {
      assertTrue(line.length() < 160, line);
    }
  }

  private static String printed(String... arguments) {
    PrintStream before = System.out;
    ByteArrayOutputStream captured = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(captured, true, StandardCharsets.UTF_8));
      assertEquals(0, Curlew.run(arguments));
    } finally {
      System.setOut(before);
    }
    return captured.toString(StandardCharsets.UTF_8);
  }
}
