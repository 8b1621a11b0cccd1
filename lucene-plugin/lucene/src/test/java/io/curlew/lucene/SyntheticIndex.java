package io.curlew.lucene;

import io.curlew.cur.SyntheticScores;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.model.InteractionModel;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;

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
  static FirstStage firstStage(SyntheticScores scores, int query) {
    return (IndexSearcher searcher, String text, Bits accepted, float[] result) -> {
      int[] all = new int[result.length];
      Arrays.setAll(all, i -> i);
      Arrays.fill(result, Float.NaN);
      for (int document : all) {
        if (accepted.get(document)) {
          String stored = searcher.storedFields().document(document).get("text");
          int d = Integer.parseInt(stored.substring(stored.lastIndexOf(' ') + 1));
          result[document] = scores.firstStage(query, d);
        }
      }
    };
  }
}
