package io.curlew.cur;

import io.curlew.cur.anchor.LatentQuery;
import io.curlew.simd.DotProduct;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/** The engine of the tests: all documents of {@link SyntheticScores}, sorted by brute force. */
final class MatrixCandidates implements Candidates {

  private final SyntheticScores scores;
  private final int query;
  private final IntToDoubleFunction firstStage;
  private final List<Integer> narrowed = new ArrayList<>();

  MatrixCandidates(SyntheticScores scores, int query) {
    this(scores, query, document -> scores.firstStage(query, document));
  }

  MatrixCandidates(SyntheticScores scores, int query, IntToDoubleFunction firstStage) {
    this.scores = scores;
    this.query = query;
    this.firstStage = firstStage;
  }

  /** How many documents each call of {@link #narrow} asked for; it does nothing here. */
  List<Integer> narrowed() {
    return narrowed;
  }

  @Override
  public void narrow(int n) {
    narrowed.add(n);
  }

  @Override
  public int size() {
    return scores.documents();
  }

  @Override
  public int[] firstStage(int n) {
    return best(firstStage, new BitSet(), n);
  }

  @Override
  public float[] firstStageScores(int[] documents) {
    float[] result = new float[documents.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (float) firstStage.applyAsDouble(documents[i]);
    }
    return result;
  }

  @Override
  public int[] sample(int n, long seed) {
    List<Integer> order = new ArrayList<>(IntStream.of(all()).boxed().toList());
    Collections.shuffle(order, new Random(seed));
    return order.stream().limit(n).mapToInt(Integer::intValue).toArray();
  }

  @Override
  public int[] all() {
    return IntStream.range(0, scores.documents()).toArray();
  }

  @Override
  public float[][] anchorRows(int[] documents) {
    return Arrays.stream(documents).mapToObj(scores::row).toArray(float[][]::new);
  }

  @Override
  public float[] squaredNorms(int[] documents) {
    float[] norms = new float[documents.length];
    for (int i = 0; i < norms.length; i++) {
      norms[i] = scores.anchorSet().statistics().squaredNorm(scores.row(documents[i]));
    }
    return norms;
  }

  @Override
  public float[][] products(int[] documents, float[][] vectors) {
    float[][] products = new float[vectors.length][documents.length];
    for (int v = 0; v < vectors.length; v++) {
      for (int i = 0; i < documents.length; i++) {
        products[v][i] = DotProduct.create().of(vectors[v], scores.row(documents[i]));
      }
    }
    return products;
  }

  @Override
  public List<String> texts(int[] documents) {
    return Arrays.stream(documents).mapToObj(SyntheticScores::text).toList();
  }

  @Override
  public List<String> ids(int[] documents) {
    return Arrays.stream(documents).mapToObj(SyntheticScores::id).toList();
  }

  @Override
  public Estimates best(LatentQuery estimate, BitSet excluded, int n) {
    IntToDoubleFunction score =
        d -> {
          double sum =
              estimate.intercept()
                  + estimate.firstStageWeight() * (float) firstStage.applyAsDouble(d);
          float[] row = scores.row(d);
          for (int a = 0; a < row.length; a++) {
            sum += estimate.weights()[a] * row[a];
          }
          return (float) sum;
        };
    int[] documents = best(score, excluded, n);
    float[] values = new float[documents.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) score.applyAsDouble(documents[i]);
    }
    return new Estimates(documents, values);
  }

  private int[] best(IntToDoubleFunction score, BitSet excluded, int n) {
    return IntStream.range(0, scores.documents())
        .filter(d -> !excluded.get(d))
        .boxed()
        .sorted(
            Comparator.comparingDouble((Integer d) -> -score.applyAsDouble(d))
                .thenComparing(SyntheticScores::id))
        .limit(n)
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
