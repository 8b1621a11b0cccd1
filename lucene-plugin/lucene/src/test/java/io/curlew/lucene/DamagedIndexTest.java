package io.curlew.lucene;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.Hit;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SyntheticScores;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.RowEncoding;
import io.curlew.testing.Seeds;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;
import org.junit.jupiter.api.Test;

/**
 * Index files with a byte changed or an end missing. Opening checks what says how an index is laid
 * out, and the lengths of all files; the checksums of rows, texts and postings are checked when
 * segments are merged and by {@code checkIntegrity}, after which an answer is right or there is
 * none. {@code -Dcurlew.damage.positions=N} for so many positions in each file.
 */
class DamagedIndexTest {

  private static final int POSITIONS = Integer.getInteger("curlew.damage.positions", 3);
  private static final int DOCUMENTS = 80;
  private static final int QUERY = 12;

  private final Random random = Seeds.random();
  private final SyntheticScores scores = SyntheticScores.draw(QUERY, 2, DOCUMENTS, 4, random);

  /** A merged segment whose files lie apart, and a new one in a file of its own, with deletions. */
  private Directory index(AnchorSet anchors) throws IOException {
    Directory directory = new ByteBuffersDirectory();
    try (TextIndexWriter writer =
        TextIndexWriter.open(
            directory,
            CurSchema.DEFAULT,
            new WhitespaceAnalyzer(),
            anchors,
            scores.model(new AtomicInteger()),
            SyntheticIndex.embedder(scores))) {
      for (int from = 0; from < DOCUMENTS; from += DOCUMENTS / 4) {
        if (from == DOCUMENTS / 4 * 3) {
          writer.indexWriter().forceMerge(1);
        }
        writer.add(
            IntStream.range(from, from + DOCUMENTS / 4)
                .mapToObj(d -> new TextDocument(SyntheticScores.id(d), SyntheticScores.text(d)))
                .toList());
        writer.commit(Map.of());
      }
      writer.delete(SyntheticScores.id(3));
      writer.delete(SyntheticScores.id(DOCUMENTS - 1));
      writer.commit(Map.of());
    }
    return directory;
  }

  /** What an index answers: rankings, and every row, id and text. */
  private List<Object> answers(Directory directory, AnchorSet anchors, boolean checked)
      throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      if (checked) {
        for (LeafReaderContext leaf : reader.leaves()) {
          leaf.reader().checkIntegrity();
        }
      }
      CurSearcher searcher =
          CurSearcher.open(new IndexSearcher(reader), CurSchema.DEFAULT, anchors);
      List<Object> answers = new ArrayList<>();
      for (List<Feature> firstStage :
          List.of(SyntheticIndex.bm25(), SyntheticIndex.dense(scores))) {
        for (Hit hit :
            searcher
                .search(
                    new AdaptiveSearch(),
                    firstStage,
                    scores.model(new AtomicInteger()),
                    SearchRequest.of(SyntheticScores.queryText(QUERY), 20, 30))
                .hits()) {
          answers.add(hit.id() + " " + hit.score());
        }
      }
      answers.addAll(searcher.texts(searcher.documents()));
      answers.addAll(searcher.ids(searcher.documents()));
      Arrays.stream(searcher.rows(searcher.documents()))
          .map(Arrays::toString)
          .forEach(answers::add);
      return answers;
    }
  }

  @Test
  void damageIsAnErrorOrDoesNoHarm() throws IOException {
    for (boolean bytes : new boolean[] {false, true}) {
      AnchorSet anchors = bytes ? scores.anchorSet(RowEncoding.int8()) : scores.anchorSet();
      Directory good = index(anchors);
      List<Object> expected = answers(good, anchors, true);
      Map<String, int[]> byKind = new TreeMap<>(); // at opening, by its check, harmless
      for (String name : good.listAll()) {
        if (!name.equals("write.lock")) {
          int[] counts = byKind.computeIfAbsent(kind(name), kind -> new int[3]);
          damage(good, anchors, name, expected, counts);
        }
      }
      System.out.println(bytes ? "byte rows" : "float rows");
      byKind.forEach(
          (kind, n) ->
              System.out.printf(
                  Locale.ROOT,
                  "  %-8s damaged %d times: refused at opening %d, by checkIntegrity %d, right"
                      + " answers %d%n",
                  kind,
                  n[0] + n[1] + n[2],
                  n[0],
                  n[1],
                  n[2]));
      assertEquals(0, byKind.getOrDefault("segments", new int[] {0, 1})[1], "checked at opening");
    }
  }

  private static String kind(String name) {
    int dot = name.lastIndexOf('.');
    return dot < 0 ? "segments" : name.substring(dot + 1);
  }

  private void damage(
      Directory good, AnchorSet anchors, String name, List<Object> expected, int[] counts)
      throws IOException {
    int length = Math.toIntExact(good.fileLength(name));
    for (int i = 0; i < POSITIONS; i++) {
      int position = random.nextInt(length);
      byte change = (byte) (1 << random.nextInt(8));
      check(copy(good, name, length, position, change), anchors, expected, counts);
      check(copy(good, name, position, 0, (byte) 0), anchors, expected, counts);
    }
  }

  private void check(Directory damaged, AnchorSet anchors, List<Object> expected, int[] counts)
      throws IOException {
    try {
      DirectoryReader.open(damaged).close();
    } catch (IOException | IllegalArgumentException e) { // of a codec that is not known
      counts[0]++;
      return;
    }
    try {
      assertEquals(expected, answers(damaged, anchors, true));
      counts[2]++;
    } catch (CorruptIndexException e) {
      counts[1]++;
    }
  }

  /** The same files, but one of another length or with bits turned in a byte. */
  private static Directory copy(Directory good, String name, int length, int position, byte change)
      throws IOException {
    Directory damaged = new ByteBuffersDirectory();
    for (String file : good.listAll()) {
      if (!file.equals(name)) {
        damaged.copyFrom(good, file, file, IOContext.DEFAULT);
      }
    }
    byte[] bytes = new byte[length];
    try (IndexInput in = good.openInput(name, IOContext.DEFAULT);
        IndexOutput out = damaged.createOutput(name, IOContext.DEFAULT)) {
      in.readBytes(bytes, 0, length);
      if (length > 0) {
        bytes[position] ^= change;
      }
      out.writeBytes(bytes, length);
    }
    return damaged;
  }
}
