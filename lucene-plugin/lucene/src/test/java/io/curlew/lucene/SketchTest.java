package io.curlew.lucene;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.Estimates;
import io.curlew.cur.SearchSpace;
import io.curlew.cur.SyntheticScores;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.cur.anchor.RowEncoding;
import io.curlew.lucene.rows.DocumentIds;
import io.curlew.lucene.rows.IndexView;
import io.curlew.lucene.rows.RowFields;
import io.curlew.testing.Seeds;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The best of many documents, found by their sketches, are the best by their rows. */
class SketchTest {

  private static final int DOCUMENTS = 25_000; // enough for sketches to be scanned
  private static final int ANCHORS = 300;
  private static final int BEST = 50;

  private final Random random = Seeds.random();
  private final SyntheticScores scores = SyntheticScores.draw(ANCHORS, 1, DOCUMENTS, 30, random);

  private static RowEncoding.Choice choice(String name) {
    return name.equals("floats") ? RowEncoding.floats() : RowEncoding.int8();
  }

  /** Several segments, or one, and deletions. */
  private Directory index(RowFields fields, long seed, boolean merged) throws IOException {
    Random layout = new Random(seed);
    Directory directory = new ByteBuffersDirectory();
    IndexWriterConfig config = new IndexWriterConfig().setCodec(CurCodec.flatFor("anchors"));
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (int d = 0; d < DOCUMENTS; d++) {
        Document document = new Document();
        document.add(new StringField("id", SyntheticScores.id(d), Field.Store.YES));
        fields.of(scores.row(d)).forEach(document::add);
        writer.addDocument(document);
        if (layout.nextInt(2000) == 0) {
          writer.commit();
        }
      }
      for (int i = 0; i < 200; i++) {
        writer.deleteDocuments(new Term("id", SyntheticScores.id(layout.nextInt(DOCUMENTS))));
      }
      if (merged) {
        writer.forceMerge(1);
      }
    }
    return directory;
  }

  private static IndexView view(DirectoryReader reader, AnchorSet anchors) throws IOException {
    return new IndexView(
        new IndexSearcher(reader),
        "anchors",
        anchors,
        new DocumentIds(reader, "id", DocumentIds.Format.TEXT),
        documents -> List.of());
  }

  private SearchSpace space(IndexView view) throws IOException {
    return view.space(
        view.searchable(),
        Map.of(),
        scores.model(new AtomicInteger()),
        SyntheticScores.queryText(ANCHORS));
  }

  /** As a fit of a few documents gives them. */
  private LatentQuery latent(AnchorSet anchors) {
    float[] weights = new float[anchors.dimension()];
    for (int i = 0; i < 20; i++) {
      float[] row = anchors.statistics().centre(scores.row(random.nextInt(DOCUMENTS)));
      float weight = (float) random.nextGaussian();
      for (int a = 0; a < weights.length; a++) {
        weights[a] += weight * row[a];
      }
    }
    return anchors.latent(weights, 0.5f);
  }

  @ParameterizedTest
  @ValueSource(strings = {"floats", "bytes"})
  void theBestByRowsAreFound(String encoding) throws IOException {
    AnchorSet anchors = scores.anchorSet(choice(encoding));
    assertNotNull(anchors.sketch());
    long seed = random.nextLong();
    try (Directory parts = index(new RowFields("anchors", anchors), seed, false);
        Directory whole = index(RowFields.inDocValues("anchors", anchors), seed, true);
        DirectoryReader vectors = DirectoryReader.open(parts);
        DirectoryReader values = DirectoryReader.open(whole)) {
      IndexView one = view(vectors, anchors);
      IndexView two = view(values, anchors);
      double found = 0;
      int queries = 20;
      for (int q = 0; q < queries; q++) {
        LatentQuery latent = latent(anchors);
        Estimates all = one.top(List.of(latent), BEST).getFirst(); // by every row
        BitSet excluded = new BitSet();
        Arrays.stream(all.documents()).limit(5).forEach(excluded::set);
        IntPredicate none = document -> false;
        Estimates best = space(one).top(latent, q % 2 == 0 ? none : excluded::get, BEST);
        assertEquals(BEST, best.documents().length);
        assertEquals(BEST, Arrays.stream(best.documents()).distinct().count());
        float[] exact = products(one, anchors, latent, best.documents());
        assertArrayEquals(exact, best.scores(), 1e-3f * Math.abs(exact[0]));
        for (int i = 1; i < BEST; i++) {
          assertTrue(best.scores()[i - 1] >= best.scores()[i], "best first");
        }
        if (q % 2 == 0) {
          BitSet expected = new BitSet();
          Arrays.stream(all.documents()).forEach(expected::set);
          found += Arrays.stream(best.documents()).filter(expected::get).count() / (double) BEST;
          Estimates same = space(two).top(latent, none, BEST);
          assertEquals(one.ids(best.documents()), two.ids(same.documents()), "whatever the layout");
          assertArrayEquals(best.scores(), same.scores());
        } else {
          assertTrue(Arrays.stream(best.documents()).noneMatch(excluded::get));
        }
      }
      assertTrue(found / (queries / 2) >= 0.99, "of the best: " + found / (queries / 2));
    }
  }

  private static float[] products(
      IndexView view, AnchorSet anchors, LatentQuery latent, int[] documents) throws IOException {
    float[][] rows = view.rows().centred(documents);
    float[] products = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      double sum = latent.intercept();
      for (int a = 0; a < anchors.dimension(); a++) {
        sum += (double) latent.weights()[a] * rows[i][a];
      }
      products[i] = (float) sum;
    }
    return products;
  }

  @Test
  void shortRowsHaveNone() {
    assertNull(scores.anchorSet(RowEncoding.productQuantized(32)).sketch());
    assertNull(scores.anchorSet(RowEncoding.projected(40, RowEncoding.floats())).sketch());
    assertNotNull(scores.anchorSet(RowEncoding.projected(100, RowEncoding.floats())).sketch());
  }
}
