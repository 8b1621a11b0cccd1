package io.curlew.lucene;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.Estimates;
import io.curlew.cur.SyntheticScores;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.IncompatibleIndexException;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.cur.anchor.RowEncoding;
import io.curlew.lucene.rows.DocumentIds;
import io.curlew.lucene.rows.IndexView;
import io.curlew.lucene.rows.RowFields;
import io.curlew.testing.Seeds;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LogDocMergePolicy;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows in doc values read as rows in vectors do. */
class DocValueRowsTest {

  private static final int DOCUMENTS = 300;
  private static final int ANCHORS = 20;

  private final Random random = Seeds.random();
  private final SyntheticScores scores = SyntheticScores.draw(ANCHORS, 4, DOCUMENTS, 5, random);

  private AnchorSet anchors(RowEncoding.Choice encoding) {
    AnchorSet whole = scores.anchorSet();
    float[][] sample = IntStream.range(0, DOCUMENTS).mapToObj(scores::row).toArray(float[][]::new);
    return AnchorSet.of(whole.queries(), whole.modelFingerprint(), sample, encoding);
  }

  private static RowEncoding.Choice choice(String name) {
    return switch (name) {
      case "floats" -> RowEncoding.floats();
      case "bytes" -> RowEncoding.int8();
      case "projected" -> RowEncoding.projected(8, RowEncoding.floats());
      default -> RowEncoding.productQuantized(6);
    };
  }

  /** Several segments, documents without a row and deletions; the same for the same seed. */
  private Directory index(RowFields fields, long seed, boolean merged) throws IOException {
    Random layout = new Random(seed);
    Directory directory = new ByteBuffersDirectory();
    IndexWriterConfig config =
        new IndexWriterConfig() // whose merges do not depend on time, nor on the size of rows
            .setMergePolicy(new LogDocMergePolicy())
            .setMergeScheduler(new SerialMergeScheduler());
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (int d = 0; d < DOCUMENTS; d++) {
        Document document = new Document();
        document.add(new StringField("id", SyntheticScores.id(d), Field.Store.YES));
        if (layout.nextInt(5) > 0) {
          fields.of(scores.row(d)).forEach(document::add);
        }
        writer.addDocument(document);
        if (layout.nextInt(60) == 0) {
          writer.commit();
        }
      }
      for (int i = 0; i < 20; i++) {
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
        new DocumentIds(reader, "id", DocumentIds.Format.TEXT));
  }

  @ParameterizedTest
  @ValueSource(strings = {"floats", "bytes", "projected", "quantised"})
  void theSameRowsAreFound(String encoding) throws IOException {
    AnchorSet anchors = anchors(choice(encoding));
    long seed = random.nextLong();
    boolean merged = random.nextBoolean();
    try (Directory one = index(new RowFields("anchors", anchors), seed, merged);
        Directory two = index(RowFields.inDocValues("anchors", anchors), seed, merged);
        DirectoryReader vectors = DirectoryReader.open(one);
        DirectoryReader values = DirectoryReader.open(two)) {
      IndexView of = view(vectors, anchors);
      IndexView like = view(values, anchors);
      int[] documents = IndexView.documents(of.searchable());
      assertArrayEquals(documents, IndexView.documents(like.searchable()));
      assertTrue(documents.length > 100 && documents.length < DOCUMENTS);
      int[] some = of.sample(50, seed, of.searchable()); // in no order of the index
      assertArrayEquals(of.rows().values(some), like.rows().values(some));
      assertArrayEquals(of.rows().squaredNorms(some), like.rows().squaredNorms(some));
      float[] weights = new float[anchors.dimension()];
      for (int i = 0; i < weights.length; i++) {
        weights[i] = (float) random.nextGaussian();
      }
      List<LatentQuery> latents = List.of(anchors.latent(weights, 0.5f));
      Estimates best = of.top(latents, 30).getFirst();
      Estimates same = like.top(latents, 30).getFirst();
      assertArrayEquals(best.documents(), same.documents());
      assertArrayEquals(best.scores(), same.scores());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"floats", "bytes", "projected"})
  void rowsOfOtherAnchorsOrAnotherFormAreRefused(String encoding) throws IOException {
    AnchorSet anchors = anchors(choice(encoding));
    AnchorSet others = anchors(RowEncoding.productQuantized(6));
    try (Directory index = index(RowFields.inDocValues("anchors", anchors), 1, true);
        DirectoryReader reader = DirectoryReader.open(index)) {
      IncompatibleIndexException e =
          assertThrows(IncompatibleIndexException.class, () -> view(reader, others));
      assertTrue(String.valueOf(e.getMessage()).contains(anchors.fingerprint()), e.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void aMixtureIsSeenAfterAMerge(long seed) throws IOException {
    AnchorSet anchors = anchors(RowEncoding.int8());
    AnchorSet others = anchors(RowEncoding.floats());
    try (Directory one = index(RowFields.inDocValues("anchors", anchors), seed, false);
        Directory two = index(RowFields.inDocValues("anchors", others), seed, false)) {
      try (IndexWriter writer = new IndexWriter(one, new IndexWriterConfig())) {
        writer.addIndexes(two);
        writer.forceMerge(1);
      }
      try (DirectoryReader reader = DirectoryReader.open(one)) {
        assertEquals(1, reader.leaves().size());
        assertThrows(IncompatibleIndexException.class, () -> view(reader, anchors));
        assertThrows(IncompatibleIndexException.class, () -> view(reader, others));
      }
    }
  }
}
