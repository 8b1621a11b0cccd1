package io.curlew.lucene;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.Hit;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchSpace;
import io.curlew.cur.SyntheticScores;
import io.curlew.cur.anchor.AnchorFile;
import io.curlew.cur.anchor.AnchorSet;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An index and an anchor file of the first format stay readable. The files under {@code
 * first-format} were written by {@link #main} and are never to be written again: a change that
 * needs new ones breaks its users' indexes.
 */
class FirstFormatTest {

  private static final int DOCUMENTS = 60;

  @TempDir Path directory;

  private static SyntheticScores scores() {
    return SyntheticScores.draw(8, 1, DOCUMENTS, 3, new Random(17));
  }

  /** Arguments: the directory to write to. */
  public static void main(String[] args) throws IOException {
    Path target = Files.createDirectories(Path.of(args[0]));
    SyntheticScores scores = scores();
    try (Directory index = FSDirectory.open(target)) {
      for (int from = 0; from < DOCUMENTS; from += 30) {
        try (TextIndexWriter writer = SyntheticIndex.writer(index, scores, scores.anchorSet())) {
          for (int d = from; d < from + 30; d++) {
            writer.add(List.of(new TextDocument(SyntheticScores.id(d), SyntheticScores.text(d))));
          }
          writer.commit(java.util.Map.of());
        }
      }
    }
    Files.deleteIfExists(target.resolve("write.lock"));
    AnchorFile.write(scores.anchorSet(), target.resolve("anchors.curlew"));
    try (Stream<Path> files = Files.list(target)) {
      List<String> names = files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
      Files.write(target.resolve("files.txt"), names);
    }
  }

  @Test
  void anIndexOfTheFirstFormatIsReadAndSearched() throws IOException {
    for (String name : new String(bytes("files.txt"), StandardCharsets.UTF_8).split("\n", -1)) {
      if (!name.isBlank()) {
        Files.write(directory.resolve(name), bytes(name));
      }
    }
    SyntheticScores scores = scores();
    AnchorSet anchors = AnchorFile.read(directory.resolve("anchors.curlew"));
    assertEquals(scores.anchorSet().queries(), anchors.queries());
    try (Directory index = FSDirectory.open(directory);
        DirectoryReader reader = DirectoryReader.open(index)) {
      CurSearcher searcher =
          CurSearcher.open(new IndexSearcher(reader), CurSchema.DEFAULT, anchors);
      assertEquals(DOCUMENTS, searcher.documentCount());
      SearchSpace space =
          searcher.space(
              SyntheticScores.queryText(8),
              SyntheticIndex.firstStage(scores, 8),
              SyntheticIndex.model(scores),
              null);
      int[] documents = searcher.documents();
      List<String> texts = searcher.texts(documents);
      float[][] rows = searcher.rows(documents);
      for (int i = 0; i < rows.length; i++) {
        String text = texts.get(i);
        int d = Integer.parseInt(text.substring(text.lastIndexOf(' ') + 1));
        assertArrayEquals(scores.row(d), rows[i]);
      }
      SearchRequest everything = SearchRequest.of(SyntheticScores.queryText(8), 5, DOCUMENTS);
      List<Hit> hits = new AdaptiveSearch().search(space, everything).hits();
      float best = Float.NEGATIVE_INFINITY;
      for (int d = 0; d < DOCUMENTS; d++) {
        best = Math.max(best, scores.score(8, d));
      }
      assertEquals(best, hits.getFirst().score());
    }
  }

  private static byte[] bytes(String name) throws IOException {
    try (InputStream in = FirstFormatTest.class.getResourceAsStream("first-format/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }
}
