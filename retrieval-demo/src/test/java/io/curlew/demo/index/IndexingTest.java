package io.curlew.demo.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.demo.SmallDataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Failures inside keep the work that was done: the same indexing again goes on with it. */
class IndexingTest {

  @TempDir Path directory;

  @Test
  void aModelThatFailsHalfWay() throws IOException {
    Path data = SmallDataset.write(directory.resolve("data"));
    Path never = directory.resolve("never");
    long all = IndexingFixture.create(data, never);

    Path index = directory.resolve("index");
    long most = all - 24; // all documents are scored twice: anchors are chosen on them
    assertThrows(IllegalStateException.class, () -> IndexingFixture.create(data, index, most));
    assertFalse(Files.exists(index));
    assertTrue(Files.exists(directory.resolve("index.tmp/indexing.txt")));
    assertFalse(Files.exists(directory.resolve("index.lock")));

    // of 40 documents two commits of 16 were made, or one if the second was being written
    long again = IndexingFixture.create(data, index);
    assertTrue(again <= SmallDataset.DOCUMENTS - IndexingFixture.COMMIT, "scored again: " + again);
    assertFalse(Files.exists(directory.resolve("index.tmp")));
    assertArrayEquals(
        Files.readAllBytes(never.resolve(CurlewIndex.ANCHOR_FILE)),
        Files.readAllBytes(index.resolve(CurlewIndex.ANCHOR_FILE)));
    Map<String, float[]> expected = IndexingFixture.rows(never);
    Map<String, float[]> rows = IndexingFixture.rows(index);
    assertEquals(expected.keySet(), rows.keySet());
    rows.forEach((id, row) -> assertArrayEquals(expected.get(id), row));
  }
}
