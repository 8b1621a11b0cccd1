package io.curlew.demo.rivals;

import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.model.InteractionModel;
import io.curlew.demo.index.CurlewIndex;
import io.curlew.simd.DotProduct;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Trains a {@link FeedbackFormula} on training queries: of the dense list of each the first
 * documents are feedback, and the formula that puts the most pairs of the others in the model's
 * order wins. As published, but by a search on a small grid: with three weights there is no need of
 * a gradient. The training queries are anchor queries.
 */
public final class FeedbackTraining {

  /** Scored documents of a training query, as published. */
  private static final int LIST = 50;

  private static final double[] POWERS = {0, 0.5, 1};

  /** The weight of a pair of mean confidence; the smallest of equally good ones is taken. */
  private static final double[] WEIGHTS = {0, 0.03, 0.1, 0.3, 1, 3};

  private FeedbackTraining() {}

  /** A training query and the documents of its list, the ones of the feedback first. */
  private record Example(float[] query, float[][] documents, float[] scores) {

    private static final int FEEDBACK = FeedbackSearch.FEEDBACK;

    double meanConfidence() {
      return FeedbackFormula.meanConfidence(Arrays.copyOf(scores, FEEDBACK));
    }

    /** The share of pairs beyond the feedback that are in the model's order; ties count half. */
    double accuracy(FeedbackFormula formula, DotProduct products) {
      float[] target =
          formula.target(
              query, Arrays.copyOf(documents, FEEDBACK), Arrays.copyOf(scores, FEEDBACK));
      float[] values = new float[documents.length];
      for (int d = FEEDBACK; d < values.length; d++) {
        values[d] = products.of(target, documents[d]);
      }
      double right = 0;
      int pairs = 0;
      for (int i = FEEDBACK; i < values.length; i++) {
        for (int j = FEEDBACK; j < i; j++) {
          float order = Math.signum(scores[i] - scores[j]);
          if (order != 0) {
            pairs++;
            right += (1 + order * Math.signum(values[i] - values[j])) / 2;
          }
        }
      }
      return pairs == 0 ? 0 : right / pairs;
    }
  }

  /**
   * A formula, and what it has cost.
   *
   * @param calls of the model beyond those of the index
   */
  public record Trained(FeedbackFormula formula, long calls) {}

  /**
   * The formula for an index. Where its rows are not whole scores of the model that answers
   * queries, because the anchors are another model's or rows are projected, that model is called
   * for the lists. Where no list is long enough, or no score differs, it is the untrained one: b
   * and c are 1, confidences in standard deviations of the scored documents.
   *
   * <p>Cost: one query vector and one scan of all vectors for each of at most {@value
   * TrainingScores#QUERIES} anchor queries; {@value #LIST} calls of the model for each, or none.
   *
   * @param model that answers queries
   */
  public static Trained train(CurlewIndex index, DenseVectors vectors, InteractionModel model)
      throws IOException {
    AnchorSet anchors = index.anchors();
    boolean known = anchors.dimension() == anchors.size() && anchors.isQueryModel();
    TrainingScores scores =
        known
            ? TrainingScores.ofRows(index, vectors, LIST)
            : TrainingScores.called(index, vectors, model, LIST, /* random= */ 0, /* seed= */ 0);
    return new Trained(train(scores, vectors), known ? 0 : scores.calls());
  }

  private static FeedbackFormula train(TrainingScores scores, DenseVectors vectors)
      throws IOException {
    List<Example> examples = new ArrayList<>();
    for (TrainingScores.Query query : scores.queries()) {
      int[] list = query.documents();
      if (list.length > FeedbackSearch.FEEDBACK) {
        float[][] documents = vectors.of(list, query.vector().length);
        examples.add(new Example(query.vector(), documents, query.scores()));
      }
    }
    double unit = examples.stream().mapToDouble(Example::meanConfidence).average().orElse(0);
    if (!(unit > 0)) {
      return FeedbackFormula.UNTRAINED;
    }
    DotProduct products = DotProduct.create();
    FeedbackFormula best = FeedbackFormula.UNTRAINED;
    double most = Double.NEGATIVE_INFINITY;
    for (double c : WEIGHTS) {
      for (double b : POWERS) {
        FeedbackFormula formula = new FeedbackFormula(b, c, unit);
        double sum = 0;
        for (Example example : examples) {
          sum += example.accuracy(formula, products);
        }
        if (sum > most) {
          most = sum;
          best = formula;
        }
      }
    }
    return best;
  }
}
