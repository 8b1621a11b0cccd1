package io.curlew.demo;

import static io.curlew.demo.CommandRun.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.demo.index.Models;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.Lock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code curlew index} does to files: it replaces its own, and touches nothing else. */
class IndexCommandTest {

  @TempDir Path directory;
  private Path data = Path.of("");
  private Path index = Path.of("");

  @BeforeEach
  void write() throws IOException {
    directory = directory.toRealPath();
    data = SmallDataset.write(directory.resolve("data"));
    index = directory.resolve("at/index");
    Files.createDirectories(index.getParent());
  }

  @Test
  void directoriesThatItWouldReplaceMustBeItsOwn() throws IOException {
    for (String name : List.of("index.old", "index.tmp", "index")) {
      Path letter = index.resolveSibling(name).resolve("letter");
      Files.createDirectories(letter.getParent());
      Files.writeString(letter, "mine");
      refused(letter.toString(), command(index));
      assertEquals("mine", Files.readString(letter));
      assertEquals(Set.of(name), beside(index));
      Files.delete(letter);
      Files.delete(letter.getParent());
    }
    Path file = Files.writeString(index.resolveSibling("index.tmp"), "mine");
    refused(file.toString(), command(index));
    assertEquals("mine", Files.readString(file));
  }

  @Test
  void filesThatOthersPutIntoAnIndexStay() throws IOException {
    assertEquals(0, run(index));
    Path notes = Files.writeString(index.resolve("notes.txt"), "mine");
    refused(notes.toString(), command(index));
    assertEquals("mine", Files.readString(notes));
    Path folder = Files.createDirectories(index.resolve("_1.d"));
    Files.delete(notes);
    refused(folder.toString(), command(index));
    Files.delete(folder);
    Files.move(index, index.resolveSibling("index.old"));
    assertEquals(0, run(index));
    assertEquals(Set.of("index"), beside(index));
    assertSearchable(index);
  }

  @Test
  void aLinkStaysAndItsTargetIsReplaced() throws IOException {
    Path target = Files.createDirectories(directory.resolve("disk/target"));
    Files.createSymbolicLink(index, target);
    for (int time = 0; time < 2; time++) {
      assertEquals(0, run(index));
      assertTrue(Files.isSymbolicLink(index), "still a link");
      assertSearchable(target);
      assertEquals(Set.of("index"), beside(index));
      assertEquals(Set.of("target"), beside(target));
    }
    Path dangling = Files.createSymbolicLink(directory.resolve("at/lost"), Path.of("nowhere"));
    refused("lost", command(dangling));
    assertTrue(Files.isSymbolicLink(dangling));
  }

  @Test
  void pathsWithoutANameOfTheirOwn() throws IOException {
    Files.createDirectories(index.resolve("sub"));
    refused("sub", command(index.resolve("sub/..")));
    Files.delete(index.resolve("sub"));
    assertEquals(0, run(index.resolve(".")));
    assertSearchable(index);
    assertEquals(0, run(index.resolve("../index")));
    assertEquals(Set.of("index"), beside(index));
    refused("working directory", command(Path.of(".")));
    refused("working directory", command(Path.of("..")));
    refused("root", command(Path.of("/")));
    refused("empty", command(Path.of("")));
    refused("root", with(command(Path.of("/")), "--append"));
    refused("anchor file", with(command(Path.of(".")), "--append"));
    assertFalse(Files.exists(Path.of("../retrieval-demo.tmp")));
    assertFalse(Files.exists(Path.of("../retrieval-demo.lock")));
  }

  @Test
  void oneAtATime() throws IOException {
    Path lock = index.resolveSibling("index.lock");
    try (FSDirectory parent = FSDirectory.open(index.getParent());
        Lock held = parent.obtainLock("index.lock")) {
      refused(lock.toString(), command(index));
      refused(lock.toString(), with(command(index), "--append"));
      held.ensureValid();
      assertEquals(Set.of("index.lock"), beside(index));
    }
    assertTrue(Files.exists(lock), "as a killed process leaves it");
    assertEquals(0, run(index));
    assertEquals(0, Curlew.run(with(command(index), "--append")));
    assertEquals(Set.of("index"), beside(index));
    Files.writeString(lock, "mine");
    refused(lock.toString(), command(index));
    assertEquals("mine", Files.readString(lock));
  }

  /** Another model's name in the commit would make an index that nothing opens. */
  @Test
  void additionsAreOfTheIndexsModel() throws IOException {
    String[] made = with(command(index), "--model");
    assertEquals(0, Curlew.run(with(made, Models.CROSS_ENCODER)));
    refused("--model cross-encoder, got: late-interaction", with(command(index), "--append"));
    assertSearchable(index);
    assertEquals(0, Curlew.run(with(with(made, Models.CROSS_ENCODER), "--append")));
    assertSearchable(index);
  }

  @Test
  void badInputLeavesNothing() throws IOException {
    Path deep = directory.resolve("not/there/index");
    refused(
        "documents, 64, got: 70",
        "index",
        "--dataset",
        data.toString(),
        "--index",
        deep.toString(),
        "--anchors",
        "70",
        "--bytes-per-document",
        "70");
    refused("index must be a directory", with(command(deep), "--append"));
    refused(
        "--documents", "index", "--dataset", "wordnet", "--documents", "x", "--index", deep + "");
    assertFalse(Files.exists(directory.resolve("not")));
  }

  private String[] command(Path at) {
    return new String[] {
      "index", "--dataset", data.toString(), "--index", at.toString(), "--anchors", "12"
    };
  }

  private static String[] with(String[] command, String... more) {
    return Stream.of(command, more).flatMap(Stream::of).toArray(String[]::new);
  }

  private int run(Path at) {
    return Curlew.run(command(at));
  }

  private static void assertSearchable(Path index) {
    assertEquals(
        0, Curlew.run("search", "--index", index.toString(), "--budget", "9", "winter stone"));
  }

  /** The names of a path and of all that lies beside it. */
  private static Set<String> beside(Path path) throws IOException {
    try (Stream<Path> files = Files.list(path.getParent())) {
      return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
    }
  }
}
