package io.curlew.demo;

import io.curlew.attention.scoring.LateInteractionModel;
import io.curlew.attention.scoring.LateInteractionOptions;
import io.curlew.cur.anchor.AnchorSelection;
import io.curlew.data.Dataset;
import io.curlew.data.model.ModelFiles;
import io.curlew.demo.console.BadInputException;
import io.curlew.demo.index.AnchorChoice;
import io.curlew.demo.index.Models;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where a demo of a server puts its files: a folder that is new, empty, or of an earlier run.
 *
 * @param directory absolute
 */
record ServerFolder(Path directory) {

  private static final long SEED = 42;

  /**
   * A folder that a run may use; nothing is changed in it yet.
   *
   * @param mark a folder in it that tells an earlier run
   * @param made the names of what a run leaves
   * @throws BadInputException if it holds anything else
   */
  static ServerFolder of(Path out, String mark, Pattern made) throws IOException {
    Path directory = Files.exists(out) ? out.toRealPath() : out.toAbsolutePath().normalize();
    if (Files.exists(directory)) {
      try (Stream<Path> listed = Files.list(directory)) {
        boolean ours = Files.isDirectory(directory.resolve(mark));
        for (Path file : listed.toList()) {
          if (!ours || !made.matcher(file.getFileName().toString()).matches()) {
            throw new BadInputException(
                "--out must be new, empty or of an earlier run and nothing else, got: " + file);
          }
        }
      }
    }
    return new ServerFolder(directory);
  }

  /** Deletes what an earlier run has left. */
  void clear() throws IOException {
    if (Files.exists(directory)) {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          if (!file.equals(directory)) {
            Files.delete(file);
          }
        }
      }
    }
  }

  /** A file or folder in it. */
  Path resolve(String name) {
    return directory.resolve(name);
  }

  /** Copies a folder. */
  void copy(Path from, String to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = resolve(to).resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
  }

  /** Writes the files of the model that comes with Curlew. */
  void writeModel(String name) throws IOException {
    Path models = Files.createDirectories(resolve(name));
    ModelFiles files = ModelFiles.miniLmInt8();
    try (InputStream model = files.openModel();
        InputStream tokenizer = files.openTokenizer()) {
      Files.copy(model, models.resolve("model.onnx"));
      Files.copy(tokenizer, models.resolve("tokenizer.json"));
    }
  }

  /** Writes an anchor file for this model and a collection. */
  void writeAnchors(Dataset data, int anchors, String name) throws IOException {
    AnchorChoice choice =
        new AnchorChoice(
            anchors,
            AnchorSelection.UNIFORM,
            null,
            SEED,
            AnchorChoice.WHOLE,
            AnchorChoice.WHOLE,
            /* bytes= */ null);
    try (LateInteractionModel model = Models.lateInteraction(LateInteractionOptions.defaults())) {
      choice.write(data, model, resolve(name));
    }
  }
}
