package io.curlew.demo.rivals;

import io.curlew.cur.Estimates;
import io.curlew.cur.FirstStage;
import io.curlew.cur.ScoredDocuments;
import io.curlew.cur.SearchMethod;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import io.curlew.cur.SearchSpace;
import io.curlew.cur.fit.RidgeEstimator;
import io.curlew.cur.model.InteractionModel;
import io.curlew.demo.index.CurlewIndex;
import io.curlew.lucene.Feature;
import io.curlew.lucene.TextEmbedder;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Adaptive nearest-neighbour search (AXN): documents have factors from a sparse matrix of the
 * model's scores of training queries, and in {@value #ROUNDS} rounds a query's own factor is fitted
 * to what is scored; the first round is the head of the dense list. N. Yadav, N. Monath, M. Zaheer,
 * R. Fergus, A. McCallum, "Adaptive retrieval and scalable indexing for k-NN search with
 * cross-encoders", ICLR 2024, arXiv 2405.03651.
 *
 * <p>Training queries have {@value #HEAD} scores each of the head of the dense list and {@value
 * #RANDOM} at random, about one for a document of a collection of 20,000. The paper has
 * transductive factors, initialised by dense vectors, for items with many scores, and inductive
 * ones, a network on dense vectors, for others; ours are both in one: {@link MatrixFactorisation}.
 * Its mixture of the least-squares factor and the one that is predicted from the dense vector is
 * ours a ridge towards the prediction, lambda by the leave-one-out error.
 *
 * <p>Cost: {@link #fittingCalls} calls of the model for the index; for a round, d multiplications
 * for each document and a ridge of as many rows as are scored. Memory: d floats a document.
 */
public final class FactorSearch implements SearchMethod {

  private static final int ROUNDS = 5;
  private static final int HEAD = 50;
  private static final int RANDOM = 50;

  private final DocumentVectors factors;
  private final QueryPrediction prediction;
  private final double unit;
  private final double scale; // mean squared norm of factors
  private final TextEmbedder embedder;
  private final long fittingCalls;

  private FactorSearch(
      DocumentVectors factors,
      MatrixFactorisation fitted,
      TextEmbedder embedder,
      long fittingCalls) {
    this.factors = factors;
    this.prediction = fitted.prediction();
    this.unit = fitted.unit();
    this.scale =
        Arrays.stream(fitted.items()).mapToDouble(FactorSearch::squaredNorm).average().orElse(1);
    this.embedder = embedder;
    this.fittingCalls = fittingCalls;
  }

  /**
   * Calls a model for scores of training queries and factors them.
   *
   * @param model that answers queries
   * @param embedder of queries
   * @param seed of the documents at random
   */
  public static FactorSearch fit(
      CurlewIndex index,
      DenseVectors vectors,
      InteractionModel model,
      TextEmbedder embedder,
      long seed)
      throws IOException {
    TrainingScores scores = TrainingScores.called(index, vectors, model, HEAD, RANDOM, seed);
    int dimension = vectors.dimension();
    int[] scored = scores.documents();
    MatrixFactorisation fitted =
        MatrixFactorisation.of(scores.sparse(vectors.of(scored, dimension)), seed);
    float[][] ofScored = fitted.items();
    DocumentVectors factors =
        DocumentVectors.of(
            index.searcher().documents(),
            dimension + 1,
            some -> {
              float[][] made = fitted.items(vectors.of(some, dimension));
              for (int i = 0; i < some.length; i++) {
                int place = Arrays.binarySearch(scored, some[i]);
                made[i] = place >= 0 ? ofScored[place] : made[i];
              }
              return made;
            });
    return new FactorSearch(factors, fitted, embedder, scores.calls());
  }

  /** The calls that fitting took. */
  public long fittingCalls() {
    return fittingCalls;
  }

  @Override
  public SearchResult search(SearchSpace space, SearchRequest request) throws IOException {
    float[] predicted = prediction.of(embedder.embed(List.of(request.query()))[0]);
    RoundSearch.Start dense = (all, n) -> FirstStage.of(all, Feature.DENSE, n).documents();
    return new RoundSearch(ROUNDS, dense, (all, scored, n) -> best(predicted, all, scored, n))
        .search(space, request);
  }

  private Estimates best(float[] predicted, SearchSpace space, ScoredDocuments scored, int n)
      throws IOException {
    float[] query = factor(predicted, scored);
    float[] estimates = factors.products(query);
    for (int i = 0; i < estimates.length; i++) {
      estimates[i] *= (float) unit;
    }
    Set<Integer> seen = new HashSet<>();
    Arrays.stream(scored.documents()).forEach(seen::add);
    return DocumentVectors.best(space, estimates, seen::contains, n);
  }

  /** The predicted factor and what the scores say beyond it. */
  private float[] factor(float[] predicted, ScoredDocuments scored) {
    if (scored.size() == 0) {
      return predicted;
    }
    RidgeEstimator ridge = RidgeEstimator.create(predicted.length, scored.size(), scale);
    double[] residuals = new double[scored.size()];
    for (int i = 0; i < residuals.length; i++) {
      float[] item = factors.of(scored.documents()[i]);
      ridge.add(item);
      double expected = 0;
      for (int j = 0; j < item.length; j++) {
        expected += (double) item[j] * predicted[j];
      }
      residuals[i] = scored.scores()[i] / unit - expected;
    }
    float[] factor = ridge.fit(residuals).floatWeights();
    for (int j = 0; j < factor.length; j++) {
      factor[j] += predicted[j];
    }
    return factor;
  }

  private static double squaredNorm(float[] vector) {
    double sum = 0;
    for (float value : vector) {
      sum += (double) value * value;
    }
    return sum;
  }
}
