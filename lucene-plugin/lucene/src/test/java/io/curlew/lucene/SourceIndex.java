package io.curlew.lucene;

import io.curlew.cur.SyntheticScores;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.KnnByteVectorField;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.LatLonPoint;
import org.apache.lucene.document.LongField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.document.SortedSetDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.BytesRef;

/** An index by a plain writer of Lucene that knows nothing of rows, with fields of every kind. */
final class SourceIndex {

  static final String USER_DATA = "of the user";

  private static final FieldType VECTORS = new FieldType(TextField.TYPE_STORED);

  static {
    VECTORS.setStoreTermVectors(true);
    VECTORS.setStoreTermVectorPositions(true);
    VECTORS.freeze();
  }

  private SourceIndex() {}

  static void build(
      Directory directory, SyntheticScores scores, boolean sorted, int segments, Random random)
      throws IOException {
    IndexWriterConfig config =
        new IndexWriterConfig(new WhitespaceAnalyzer())
            .setMergePolicy(NoMergePolicy.INSTANCE)
            .setSoftDeletesField("gone")
            .setParentField("parent");
    if (sorted) {
      config.setIndexSort(new Sort(new SortField("price", SortField.Type.LONG, true)));
    }
    int documents = scores.documents();
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (int d = 0; d < documents; ) {
        List<Document> block = new ArrayList<>();
        int group = d;
        for (int i = random.nextInt(3); i >= 0 && d < documents; i--) {
          block.add(document(d++, group, random));
        }
        writer.addDocuments(block);
        if (d * segments / documents > (d - block.size()) * segments / documents) {
          writer.commit();
        }
      }
      for (int i = 0; i < documents / 20; i++) {
        writer.deleteDocuments(block(random.nextInt(documents)));
        int d = random.nextInt(documents);
        writer.softUpdateDocument(
            block(d), document(d, d, random), new NumericDocValuesField("gone", 1));
      }
      writer.setLiveCommitData(Map.of(USER_DATA, "kept").entrySet());
      writer.commit();
    }
  }

  /** A block as a whole, if one begins with the document: Lucene wants it deleted as one. */
  private static Term block(int d) {
    return new Term("block", SyntheticScores.id(d));
  }

  /** A document whose title and body make the text that the model knows; one in 30 has neither. */
  private static Document document(int d, int block, Random random) {
    String text = SyntheticScores.text(d);
    int blank = text.lastIndexOf(' ');
    Document document = new Document();
    document.add(new StringField("key", SyntheticScores.id(d), Field.Store.YES));
    document.add(new StringField("block", SyntheticScores.id(block), Field.Store.YES));
    if (d % 30 != 29) {
      document.add(new TextField("title", text.substring(0, blank), Field.Store.YES));
      document.add(new Field("body", text.substring(blank + 1), VECTORS));
    }
    document.add(new TextField("unstored", text + " number", Field.Store.NO));
    long price = random.nextInt(100);
    document.add(NumericDocValuesField.indexedField("price", price));
    document.add(new LongField("date", 1_000L * random.nextInt(500), Field.Store.YES));
    document.add(new StoredField("blob", new byte[] {(byte) d, 1, 2}));
    document.add(new BinaryDocValuesField("binary", new BytesRef("b" + d % 7)));
    document.add(new SortedDocValuesField("shelf", new BytesRef("s" + d % 5)));
    document.add(new SortedSetDocValuesField("facet", new BytesRef("red" + random.nextInt(4))));
    document.add(new SortedSetDocValuesField("facet", new BytesRef("big" + random.nextInt(3))));
    document.add(new LatLonPoint("place", random.nextInt(90), random.nextInt(180)));
    if (random.nextInt(5) > 0) {
      document.add(new KnnFloatVectorField("dense", floats(random)));
      document.add(new KnnByteVectorField("small", new byte[] {(byte) d, (byte) (d >> 3), 5}));
    }
    return document;
  }

  private static float[] floats(Random random) {
    float[] vector = new float[8];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return vector;
  }
}
