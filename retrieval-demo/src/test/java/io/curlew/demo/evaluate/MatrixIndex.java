package io.curlew.demo.evaluate;

import io.curlew.cur.AnchorRows;
import io.curlew.cur.Estimates;
import io.curlew.cur.ModelCall;
import io.curlew.cur.SearchSpace;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.lowrank.FloatRows;
import io.curlew.lowrank.MatrixProduct;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;

/** An index in memory: scores of anchor queries against all documents, which are numbered. */
final class MatrixIndex {

  private final float[][] rows; // [documents][anchors]

  /** An index with some of the queries as anchors. */
  MatrixIndex(float[][] scores, int[] anchors) {
    rows = new float[scores[0].length][anchors.length];
    for (int a = 0; a < anchors.length; a++) {
      for (int d = 0; d < rows.length; d++) {
        rows[d][a] = scores[anchors[a]][d];
      }
    }
  }

  float[][] anchorRows(int[] documents) {
    return Arrays.stream(documents).mapToObj(d -> rows[d]).toArray(float[][]::new);
  }

  SearchSpace forQuery(float[] firstStage, float[] exact, AnchorSet anchors) {
    return new Space(firstStage, exact, anchors);
  }

  private final class Space implements SearchSpace {
    private final float[] firstStage;
    private final float[] exact;
    private final AnchorSet anchors;

    Space(float[] firstStage, float[] exact, AnchorSet anchors) {
      this.firstStage = firstStage;
      this.exact = exact;
      this.anchors = anchors;
    }

    @Override
    public AnchorSet anchors() {
      return anchors;
    }

    @Override
    public ModelCall score(int[] documents) {
      return () -> values(exact, documents);
    }

    @Override
    public int size() {
      return rows.length;
    }

    @Override
    public int[] firstStage(int n) {
      return best(firstStage, new BitSet(), n);
    }

    @Override
    public int[] sample(int n, long seed) {
      return new Random(seed)
          .ints(0, rows.length)
          .distinct()
          .limit(Math.min(n, rows.length))
          .toArray();
    }

    @Override
    public AnchorRows rows(int[] documents) {
      return new AnchorRows() {
        @Override
        public float[] firstStage() {
          return Space.values(firstStage, documents);
        }

        @Override
        public float[][] values() {
          return anchorRows(documents);
        }

        @Override
        public float[] squaredNorms() {
          float[] norms = new float[documents.length];
          for (int i = 0; i < norms.length; i++) {
            norms[i] = anchors.statistics().squaredNorm(rows[documents[i]]);
          }
          return norms;
        }

        @Override
        public float[][] products(float[][] vectors) {
          return Space.this.products(documents, vectors);
        }
      };
    }

    private float[][] products(int[] documents, float[][] vectors) {
      DMatrixRMaj right = new DMatrixRMaj(anchors.size(), vectors.length);
      for (int v = 0; v < vectors.length; v++) {
        for (int a = 0; a < right.numRows; a++) {
          right.set(a, v, vectors[v][a]);
        }
      }
      DMatrixRMaj product =
          FloatRows.of(anchorRows(documents), MatrixProduct.singleThreaded()).multiply(right);
      float[][] products = new float[vectors.length][documents.length];
      for (int v = 0; v < vectors.length; v++) {
        for (int i = 0; i < documents.length; i++) {
          products[v][i] = (float) product.get(i, v);
        }
      }
      return products;
    }

    @Override
    public List<String> ids(int[] documents) {
      return Arrays.stream(documents).mapToObj(String::valueOf).toList();
    }

    @Override
    public Estimates top(LatentQuery latent, BitSet excluded, int n) {
      float[] values = new float[rows.length];
      float[] weights = latent.weights();
      for (int d = 0; d < values.length; d++) {
        float[] row = rows[d];
        float sum0 = 0;
        float sum1 = 0;
        float sum2 = 0;
        float sum3 = 0;
        for (int a = 0; a + 3 < weights.length; a += 4) {
          sum0 += weights[a] * row[a];
          sum1 += weights[a + 1] * row[a + 1];
          sum2 += weights[a + 2] * row[a + 2];
          sum3 += weights[a + 3] * row[a + 3];
        }
        float sum = (sum0 + sum1) + (sum2 + sum3);
        for (int a = weights.length / 4 * 4; a < weights.length; a++) {
          sum += weights[a] * row[a];
        }
        values[d] = (float) (latent.intercept() + latent.firstStageWeight() * firstStage[d] + sum);
      }
      int[] documents = best(values, excluded, n);
      return new Estimates(documents, values(values, documents));
    }

    private static float[] values(float[] all, int[] documents) {
      float[] values = new float[documents.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = all[documents[i]];
      }
      return values;
    }

    private static int[] best(float[] values, BitSet excluded, int n) {
      return IntStream.range(0, values.length)
          .filter(d -> !excluded.get(d))
          .boxed()
          .sorted(Comparator.comparingDouble(d -> -values[d]))
          .limit(n)
          .mapToInt(Integer::intValue)
          .toArray();
    }
  }
}
