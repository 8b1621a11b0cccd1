package io.curlew.lucene;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.SearchSpace;
import io.curlew.cur.SyntheticScores;
import io.curlew.testing.Seeds;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.IntPoint;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A dense list from the engine's graph, next to the one that reads every vector. */
class GraphListTest {

  private static final int DOCUMENTS = 3000;
  private static final int DIMENSION = 16;

  private final Random random = Seeds.random();
  private final SyntheticScores scores = SyntheticScores.draw(4, 1, DOCUMENTS, 3, random);
  private final float[][] vectors = new float[DOCUMENTS][];

  @Test
  void aGraphFindsNearlyTheSameList() throws IOException {
    for (VectorSimilarityFunction similarity :
        new VectorSimilarityFunction[] {
          VectorSimilarityFunction.DOT_PRODUCT, VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT
        }) {
      try (Directory graph = build(Codec.getDefault(), similarity, 1);
          DirectoryReader reader = DirectoryReader.open(graph)) {
        assertTrue(reader.leaves().size() > 1);
        assertList(reader, null, 100, 0.9);
        assertList(reader, IntPoint.newRangeQuery("number", 0, DOCUMENTS / 2), 60, 0.9);
        // What a graph is asked for may hold too few of them: then all are read.
        assertList(reader, IntPoint.newRangeQuery("number", 0, 9), 100, 1);
        assertList(reader, null, DOCUMENTS, 1);
      }
    }
  }

  @Test
  void aGraphOfAnotherOrderIsNotAsked() throws IOException {
    try (Directory graph = build(Codec.getDefault(), VectorSimilarityFunction.EUCLIDEAN, 3);
        DirectoryReader reader = DirectoryReader.open(graph)) {
      assertList(reader, null, 100, 1);
    }
  }

  /** Compares with products of all that are accepted. */
  private void assertList(DirectoryReader reader, @Nullable Query filter, int n, double share)
      throws IOException {
    CurSearcher searcher =
        CurSearcher.open(new IndexSearcher(reader), CurSchema.DEFAULT, scores.anchorSet());
    float[] asked = vector(1);
    Feature dense = Feature.dense("dense", texts -> new float[][] {asked});
    SearchSpace space = searcher.space("q", List.of(dense), SyntheticIndex.model(scores), filter);
    int[] list = space.list(0, n);
    int size = Math.min(n, space.size());
    float[] products = space.rows(list).features()[0];
    float[] falling = products.clone();
    Arrays.sort(falling);
    for (int i = 0; i < products.length; i++) {
      assertEquals(falling[falling.length - 1 - i], products[i], 0f, "rank " + i);
    }
    int[] all = space.sample(space.size(), 1);
    assertEquals(size, list.length);
    float[] ofAll = space.rows(all).features()[0];
    Integer[] order = new Integer[all.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Float.compare(ofAll[b], ofAll[a]));
    Set<Integer> best = new HashSet<>();
    for (int i = 0; i < size; i++) {
      best.add(all[order[i]]);
    }
    long found = Arrays.stream(list).filter(best::contains).count();
    assertEquals(size, Arrays.stream(list).distinct().count());
    assertTrue(found >= share * size, found + " of " + size);
    assertArrayEquals(list, space.list(0, n), "the same again");
  }

  private float[] vector(double length) {
    float[] vector = new float[DIMENSION];
    double squares = 0;
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) random.nextGaussian();
      squares += vector[i] * vector[i];
    }
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] *= (float) (length / Math.sqrt(squares));
    }
    return vector;
  }

  private Directory build(Codec codec, VectorSimilarityFunction similarity, double longest)
      throws IOException {
    Directory directory = new ByteBuffersDirectory();
    IndexWriterConfig config =
        new IndexWriterConfig(new WhitespaceAnalyzer())
            .setCodec(codec)
            .setMergePolicy(NoMergePolicy.INSTANCE);
    AnchorField rows = new AnchorField(CurSchema.DEFAULT.anchors(), scores.anchorSet());
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (int d = 0; d < DOCUMENTS; d++) {
        Document document = new Document();
        String id = SyntheticScores.id(d);
        document.add(new StringField("id", id, Field.Store.YES));
        document.add(new BinaryDocValuesField("id", new BytesRef(id)));
        document.add(new IntPoint("number", d));
        vectors[d] = vector(1 + random.nextDouble() * (longest - 1));
        document.add(new KnnFloatVectorField("dense", vectors[d], similarity));
        rows.addTo(document, scores.row(d));
        writer.addDocument(document);
        if (d == DOCUMENTS / 3) {
          writer.commit();
        }
      }
      for (int i = 0; i < DOCUMENTS / 20; i++) {
        writer.deleteDocuments(new Term("id", SyntheticScores.id(random.nextInt(DOCUMENTS))));
      }
    }
    return directory;
  }
}
