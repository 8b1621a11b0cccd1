package io.curlew.lucene;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.SyntheticScores;
import io.curlew.cur.anchor.AnchorFile;
import io.curlew.cur.model.CachedModel;
import io.curlew.cur.model.ScoreCache;
import io.curlew.file.DurableFile;
import io.curlew.testing.Seeds;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.CopyOption;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.tests.mockfile.FilterFileChannel;
import org.apache.lucene.tests.mockfile.FilterFileSystemProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Anchor files and score caches are on the disk before they are in place. */
class DurableFilesTest {

  @TempDir Path directory;

  private final SyntheticScores scores = SyntheticScores.draw(4, 2, 20, 3, Seeds.random());
  private final List<String> operations = new ArrayList<>();

  /** Notes what is forced to the disk and what is moved. */
  private final class Recorder extends FilterFileSystemProvider {

    Recorder(FileSystem delegate) {
      super("recorder://", delegate);
    }

    @Override
    public FileChannel newFileChannel(
        Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
        throws IOException {
      return new FilterFileChannel(super.newFileChannel(path, options, attributes)) {
        @Override
        public void force(boolean metaData) throws IOException {
          operations.add("force " + path.getFileName());
          super.force(metaData);
        }
      };
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
      operations.add("move " + source.getFileName() + " " + target.getFileName());
      super.move(source, target, options);
    }
  }

  private Path recorded() {
    return new Recorder(directory.getFileSystem()).wrapPath(directory);
  }

  @Test
  void anAnchorFileIsForcedThenMovedThenItsDirectoryIsForced() throws IOException {
    Path file = recorded().resolve("anchors");
    AnchorFile.write(scores.anchorSet(), file);
    assertEquals(
        List.of(
            "force anchors.tmp", "move anchors.tmp anchors", "force " + directory.getFileName()),
        operations);
    assertEquals(scores.anchorSet(), AnchorFile.read(file));
  }

  @Test
  void aScoreCacheIsForcedThenMovedThenItsDirectoryIsForced() throws Exception {
    Path file = recorded().resolve("cache");
    ScoreCache cache = ScoreCache.open(file, 100);
    try (CachedModel model = new CachedModel(scores.model(new AtomicInteger()), cache)) {
      model.score(List.of(SyntheticScores.queryText(4)), List.of(SyntheticScores.text(3)));
    }
    cache.save();
    assertEquals(
        List.of("force cache.tmp", "move cache.tmp cache", "force " + directory.getFileName()),
        operations);
    assertEquals(1, ScoreCache.open(file, 100).size());
  }

  @Test
  void aFileThatCannotBeWrittenIsWhatItWas() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "as it was");
    assertThrows(
        IOException.class,
        () ->
            DurableFile.replace(
                file,
                out -> {
                  out.write(1);
                  throw new IOException("disk is full");
                }));
    assertEquals("as it was", Files.readString(file));
    assertFalse(Files.exists(directory.resolve("file.tmp")));
    assertTrue(operations.isEmpty());
  }
}
