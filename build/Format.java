import com.google.googlejavaformat.java.Main;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs google-java-format over every Java source below the modules' {@code src} folders. Arguments:
 * {@code check|apply ROOT}. It is a program of its own because the format check has to run on the
 * JDK that Maven's toolchain selects, not on the one that runs Maven.
 */
class Format {
  public static void main(String[] args) throws Exception {
    boolean apply = args[0].equals("apply");
    List<String> command = new ArrayList<>(
        apply ? List.of("--replace") : List.of("--dry-run", "--set-exit-if-changed"));
    Path root = Path.of(args[1]);
    try (Stream<Path> files = Files.walk(root, 16)) {
      files.filter(file -> file.toString().endsWith(".java"))
          .filter(file -> root.relativize(file).toString().matches("(.*[/\\\\])?src[/\\\\].*"))
          .map(Path::toString).sorted().forEach(command::add);
    }
    PrintWriter out = new PrintWriter(System.out, true);
    PrintWriter err = new PrintWriter(System.err, true);
    int exit = new Main(out, err, System.in).format(command.toArray(new String[0]));
    if (exit != 0 && !apply) {
      err.println("Not formatted as google-java-format does it: see the files above. "
          + "To format: mvn -N validate -Dformat.mode=apply");
    }
    System.exit(exit);
  }
}
