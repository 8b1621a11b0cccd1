package io.curlew.lucene;

import io.curlew.cur.SyntheticScores;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.model.InteractionModel;
import io.curlew.lucene.rows.DocumentScores;
import io.curlew.lucene.rows.FeatureScores;
import io.curlew.lucene.rows.IndexView;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntToDoubleFunction;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.FixedBitSet;

/** Puts {@link SyntheticScores} into an index through the real writer. */
final class SyntheticIndex {

  private SyntheticIndex() {}

  static TextEmbedder embedder(SyntheticScores scores) {
    return texts -> {
      float[][] vectors = new float[texts.size()][];
      for (int i = 0; i < vectors.length; i++) {
        int d = Integer.parseInt(texts.get(i).substring(texts.get(i).lastIndexOf(' ') + 1));
        vectors[i] = new float[] {d + 1, scores.firstStage(0, d % scores.documents())};
      }
      return vectors;
    };
  }

  /** An index of documents in the given order, cut into so many segments. */
  static Directory build(SyntheticScores scores, AnchorSet anchors, int[] order, int segments)
      throws IOException {
    Directory directory = new ByteBuffersDirectory();
    for (int s = 0; s < segments; s++) {
      Directory one = new ByteBuffersDirectory();
      try (TextIndexWriter writer = writer(one, scores, anchors)) {
        int from = order.length * s / segments;
        int to = order.length * (s + 1) / segments;
        writer.add(
            Arrays.stream(Arrays.copyOfRange(order, from, to))
                .mapToObj(d -> new TextDocument(SyntheticScores.id(d), SyntheticScores.text(d)))
                .toList());
        writer.commit(Map.of());
      }
      IndexWriterConfig config =
          new IndexWriterConfig(new WhitespaceAnalyzer())
              .setCodec(CurCodec.flat())
              .setMergePolicy(NoMergePolicy.INSTANCE);
      try (IndexWriter writer = new IndexWriter(directory, config)) {
        writer.addIndexes(one);
      }
    }
    return directory;
  }

  static TextIndexWriter writer(Directory directory, SyntheticScores scores, AnchorSet anchors)
      throws IOException {
    return TextIndexWriter.open(
        directory,
        CurSchema.DEFAULT,
        new WhitespaceAnalyzer(),
        anchors,
        scores.model(new AtomicInteger()),
        embedder(scores));
  }

  static void addWithoutAnchors(Directory directory, String id) throws IOException {
    IndexWriterConfig config =
        new IndexWriterConfig(new WhitespaceAnalyzer()).setCodec(CurCodec.flat());
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      Document document = new Document();
      document.add(new StringField("id", id, Field.Store.YES));
      document.add(new BinaryDocValuesField("id", new BytesRef(id)));
      writer.addDocument(document);
    }
  }

  static DirectoryReader open(Directory directory) throws IOException {
    return DirectoryReader.open(directory);
  }

  /** The model of a synthetic collection, whose calls nobody counts. */
  static InteractionModel model(SyntheticScores scores) {
    return scores.model(new AtomicInteger());
  }

  /** A first stage with the scores that the synthetic collection gives a query. */
  static List<Feature> firstStage(SyntheticScores scores, int query) {
    return feature("noisy", d -> scores.firstStage(query, d));
  }

  /** One feature of known scores, by the number in a document's stored text. */
  static List<Feature> feature(String name, IntToDoubleFunction score) {
    return List.of(
        new Feature() {
          @Override
          public String name() {
            return name;
          }

          @Override
          public FeatureScores of(IndexView view, String query, FixedBitSet accepted)
              throws IOException {
            int[] documents = IndexView.documents(accepted);
            float[] values = new float[documents.length];
            StoredFields stored = view.searcher().storedFields();
            for (int i = 0; i < values.length; i++) {
              String text = stored.document(documents[i]).get("text");
              int d = Integer.parseInt(text.substring(text.lastIndexOf(' ') + 1));
              values[i] = (float) score.applyAsDouble(d);
            }
            return new DocumentScores(view, documents, values);
          }
        });
  }

  /** The words of the text field. */
  static List<Feature> bm25() {
    return List.of(Feature.bm25("text", new WhitespaceAnalyzer()));
  }

  /** The vectors of the dense field. */
  static List<Feature> dense(SyntheticScores scores) {
    return List.of(Feature.dense("dense", embedder(scores)));
  }
}
