package io.curlew.lucene;

import java.io.IOException;
import java.util.Arrays;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.VectorUtil;
import org.jspecify.annotations.Nullable;

/** Searches the graph of a vector field in one of the engine's own formats. */
final class RowGraph {

  private RowGraph() {}

  /**
   * Whether the vectors of a segment have a graph that is searched by the floats. Told by the name
   * of the format that the segment records: the classes differ between versions of the engine.
   */
  static boolean exists(LeafReader reader, String field) {
    FieldInfo info = reader.getFieldInfos().fieldInfo(field);
    if (info == null || info.getVectorEncoding() != VectorEncoding.FLOAT32) {
      return false;
    }
    @Nullable String format = info.getAttribute(PerFieldKnnVectorsFormat.PER_FIELD_FORMAT_KEY);
    return format != null && format.contains("Hnsw") && !format.contains("Quantized");
  }

  /**
   * Gives the products of the documents that the graph finds, computed from the rows as stored.
   *
   * @param values of the field, for the thread that calls
   * @param n how many are asked for
   */
  static void nearest(
      LeafReaderContext leaf,
      String field,
      RowValues values,
      float[] weights,
      Bits accepted,
      int n,
      RowValues.Multiplier multiplier,
      VectorScan.Sink sink)
      throws IOException {
    int most = leaf.reader().maxDoc();
    TopKnnCollector collector = new TopKnnCollector(Math.min(n, most), Integer.MAX_VALUE);
    // the engine scores by x + 1 or 1 / (1 - x), which drowns small products: unit length it is
    float[] unit = VectorUtil.l2normalize(weights.clone(), false);
    leaf.reader()
        .searchNearestVectors(
            field, unit, collector, AcceptDocs.fromLiveDocs(of(leaf, accepted), most));
    int[] found = Arrays.stream(collector.topDocs().scoreDocs).mapToInt(hit -> hit.doc).toArray();
    Arrays.sort(found);
    float[] products = new float[found.length];
    for (int i = 0; i < found.length; i++) {
      products[i] = values.product(values.ord(found[i]), multiplier);
      found[i] += leaf.docBase;
    }
    sink.take(found, found.length, products, 1);
    sink.end();
  }

  private static Bits of(LeafReaderContext leaf, Bits accepted) {
    return new Bits() {
      @Override
      public boolean get(int document) {
        return accepted.get(leaf.docBase + document);
      }

      @Override
      public int length() {
        return leaf.reader().maxDoc();
      }
    };
  }
}
