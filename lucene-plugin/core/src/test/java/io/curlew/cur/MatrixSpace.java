package io.curlew.cur;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.cur.model.InteractionModel;
import io.curlew.cur.model.ModelScores;
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
final class MatrixSpace implements SearchSpace {

  private final SyntheticScores scores;
  private final int query;
  private final IntToDoubleFunction firstStage;
  private final InteractionModel model;
  private final List<Integer> narrowed = new ArrayList<>();

  MatrixSpace(SyntheticScores scores, int query, InteractionModel model) {
    this(scores, query, model, document -> scores.firstStage(query, document));
  }

  MatrixSpace(
      SyntheticScores scores, int query, InteractionModel model, IntToDoubleFunction firstStage) {
    this.scores = scores;
    this.model = model;
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
  public int[] sample(int n, long seed) {
    List<Integer> order = new ArrayList<>(IntStream.of(all()).boxed().toList());
    Collections.shuffle(order, new Random(seed));
    return order.stream().limit(n).mapToInt(Integer::intValue).toArray();
  }

  private int[] all() {
    return IntStream.range(0, scores.documents()).toArray();
  }

  @Override
  public AnchorSet anchors() {
    return scores.anchorSet();
  }

  @Override
  public ModelCall score(int[] documents) {
    List<String> texts = Arrays.stream(documents).mapToObj(SyntheticScores::text).toList();
    List<String> queries = List.of(SyntheticScores.queryText(query));
    return () -> ModelScores.checked(model, queries, texts)[0];
  }

  @Override
  public AnchorRows rows(int[] documents) {
    return new MatrixRows(documents);
  }

  private final class MatrixRows implements AnchorRows {

    private final int[] documents;

    MatrixRows(int[] documents) {
      this.documents = documents;
    }

    @Override
    public float[] firstStage() {
      return floats(d -> (float) firstStage.applyAsDouble(d));
    }

    @Override
    public float[][] values() {
      return Arrays.stream(documents).mapToObj(scores::row).toArray(float[][]::new);
    }

    @Override
    public float[] squaredNorms() {
      return floats(d -> scores.anchorSet().statistics().squaredNorm(scores.row(d)));
    }

    @Override
    public float[][] products(float[][] vectors) {
      return Arrays.stream(vectors)
          .map(vector -> floats(d -> DotProduct.create().of(vector, scores.row(d))))
          .toArray(float[][]::new);
    }

    private float[] floats(IntToDoubleFunction value) {
      float[] floats = new float[documents.length];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = (float) value.applyAsDouble(documents[i]);
      }
      return floats;
    }
  }

  @Override
  public List<String> ids(int[] documents) {
    return Arrays.stream(documents).mapToObj(SyntheticScores::id).toList();
  }

  @Override
  public Estimates top(LatentQuery latent, BitSet excluded, int n) {
    IntToDoubleFunction score =
        d -> {
          double sum =
              latent.intercept() + latent.firstStageWeight() * (float) firstStage.applyAsDouble(d);
          float[] row = scores.row(d);
          for (int a = 0; a < row.length; a++) {
            sum += latent.weights()[a] * row[a];
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
