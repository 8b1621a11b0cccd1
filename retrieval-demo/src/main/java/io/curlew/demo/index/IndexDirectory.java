package io.curlew.demo.index;

import io.curlew.data.file.WholeFile;
import io.curlew.demo.console.BadInputException;
import io.curlew.demo.console.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.store.FSDirectory;
import org.jspecify.annotations.Nullable;

/**
 * The directory of an index that is made or added to. It is held by a lock beside it. A new index
 * is built beside it too, in {@code INDEX.tmp}, and exchanged with the one that is there, which is
 * {@code INDEX.old} meanwhile. Killed at any moment it leaves the old index, the new one, or the
 * new one to be gone on with. A link to a directory stays, its target is the index.
 *
 * <p>A directory is only removed if Curlew has written everything in it: it holds an anchor file or
 * the manifest of an index that was begun, and nothing but these and files of Lucene.
 */
final class IndexDirectory implements AutoCloseable {

  private static final String MANIFEST = "indexing.txt";
  private static final String ROWS = "rows";
  private static final Pattern OWN_ROWS = Pattern.compile("rows-of-segment-[0-9a-z]+");
  private static final byte[] MAGIC = "CURLEW".getBytes(StandardCharsets.US_ASCII);
  private static final Pattern OWN_FILES =
      Pattern.compile(
          "\\.?(anchors\\.curlew|indexing\\.txt)(\\.tmp)?|write\\.lock|(pending_)?segments_.*|"
              + IndexFileNames.CODEC_FILE_PATTERN.pattern());

  private final Path directory;
  private final Path building;
  private final Path old;
  private final IndexLock lock;
  private boolean begun;

  private IndexDirectory(Path directory) throws IOException {
    this.directory = directory;
    this.building = beside(".tmp");
    this.old = beside(".old");
    this.lock = IndexLock.take(beside(".lock"));
  }

  /**
   * Takes the directory for this process.
   *
   * @param index as on the command line: need not exist, may be a link
   * @throws BadInputException if it cannot be an index directory, or another process has it
   */
  static IndexDirectory take(Path index) throws IOException {
    if (index.toString().isEmpty()) {
      throw new BadInputException("index must be the path of a directory, it is empty");
    }
    if (Files.isSymbolicLink(index) && !Files.exists(index)) {
      throw new BadInputException("index must not be a link to nothing, got: " + index);
    }
    Path real = Files.exists(index) ? index.toRealPath() : index.toAbsolutePath().normalize();
    if (real.getFileName() == null) {
      throw new BadInputException("index must not be the root of a file system, got: " + index);
    }
    return new IndexDirectory(real);
  }

  private Path beside(String suffix) {
    return directory.resolveSibling(directory.getFileName() + suffix);
  }

  /** The index itself, links resolved. */
  Path path() {
    return directory;
  }

  /** Where a new index is built. */
  Path building() {
    return building;
  }

  /**
   * Checks that a new index could take the place, before any work.
   *
   * @throws BadInputException if something is there that Curlew has not written
   */
  void requireReplaceable() throws IOException {
    if (Path.of("").toRealPath().startsWith(directory)) {
      throw new BadInputException(
          "index must not be the working directory nor above it, as it is replaced, got: "
              + directory);
    }
    for (Path path : List.of(directory, building, old)) {
      Path foreign = foreign(path);
      if (foreign != null) {
        throw new BadInputException(
            "index directory, and those beside it that end in .tmp and .old, must be new, empty or"
                + " an index of Curlew and nothing else, got: "
                + foreign);
      }
    }
    if (Files.exists(directory)
        && !Files.getFileStore(directory)
            .equals(Files.getFileStore(directory.resolveSibling(".")))) {
      throw new BadInputException(
          "index must be on the file system of its parent, from which it is moved, got: "
              + directory);
    }
  }

  /** What keeps a path from being removed: itself, or a file in it; null if nothing does. */
  private static @Nullable Path foreign(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return null;
    }
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      return path;
    }
    try (Stream<Path> listed = Files.list(path)) {
      List<Path> files = listed.toList();
      for (Path file : files) {
        Path foreign =
            file.equals(path.resolve(ROWS)) ? foreignRows(file) : isOwn(file) ? null : file;
        if (foreign != null) {
          return foreign;
        }
      }
      return files.isEmpty() || hasManifest(path) || hasAnchors(path) ? null : path;
    }
  }

  private static boolean isOwn(Path file) {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        && OWN_FILES.matcher(file.getFileName().toString()).matches();
  }

  /** Rows on their way are in directories of their own, one for each segment of the source. */
  private static @Nullable Path foreignRows(Path rows) throws IOException {
    if (!Files.isDirectory(rows, LinkOption.NOFOLLOW_LINKS)) {
      return rows;
    }
    try (Stream<Path> listed = Files.walk(rows)) {
      return listed
          .filter(file -> !file.equals(rows))
          .filter(
              file ->
                  rows.equals(file.getParent())
                      ? !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)
                          || !OWN_ROWS.matcher(file.getFileName().toString()).matches()
                      : !isOwn(file))
          .findFirst()
          .orElse(null);
    }
  }

  private static boolean hasManifest(Path path) {
    Path manifest = path.resolve(MANIFEST);
    return Files.exists(manifest) || Files.exists(WholeFile.temporary(manifest));
  }

  private static boolean hasAnchors(Path path) throws IOException {
    Path anchors = path.resolve(CurlewIndex.ANCHOR_FILE);
    if (!Files.exists(anchors)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(anchors)) {
      return Arrays.equals(in.readNBytes(MAGIC.length), MAGIC);
    }
  }

  /** Where a copy keeps rows while they are made. */
  Path rows() {
    return building.resolve(ROWS);
  }

  /**
   * Whether an index was begun for the same job, so far that it can be gone on with.
   *
   * @param needed a file that must be there
   */
  boolean resumes(String job, Path needed) throws IOException {
    Path manifest = building.resolve(MANIFEST);
    begun =
        Files.exists(manifest) && Files.readString(manifest).equals(job) && Files.exists(needed);
    return begun;
  }

  /** Whether something of it is in the index. */
  boolean hasCommit() throws IOException {
    try (FSDirectory files = FSDirectory.open(building)) {
      return DirectoryReader.indexExists(files);
    }
  }

  /** Begins to build a new index, and forgets one that was begun for another job. */
  void begin(String job) throws IOException {
    delete(building);
    begun = true;
    Files.createDirectories(building);
    WholeFile.write(building.resolve(MANIFEST), job);
  }

  /** Puts the index that was built in the place of the one that is there. */
  void replace() throws IOException {
    delete(old);
    if (Files.exists(directory)) {
      WholeFile.move(directory, old);
    }
    WholeFile.move(building, directory);
    Files.delete(directory.resolve(MANIFEST));
    delete(old);
  }

  /**
   * Ends the building of an index that failed. What is done stays, for the same command to go on
   * with; unless the input was bad, as it is then bad for good. What this process has not begun or
   * gone on with stays anyway.
   */
  void fail(Exception cause) throws IOException {
    if (!begun) {
      return;
    }
    if (BadInputException.isCause(cause)) {
      delete(building);
    } else {
      Progress.log("what is done stays in " + building + ": the same command goes on with it");
    }
  }

  private static void delete(Path path) throws IOException {
    Path foreign = foreign(path);
    if (foreign != null) {
      throw new IOException("file must be Curlew's own to be removed, it stays: " + foreign);
    }
    if (Files.exists(path)) {
      try (Stream<Path> files = Files.walk(path)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file); // what is in a directory before it
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
