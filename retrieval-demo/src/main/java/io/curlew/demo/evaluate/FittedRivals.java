package io.curlew.demo.evaluate;

import io.curlew.cur.model.InteractionModel;
import io.curlew.demo.console.Progress;
import io.curlew.demo.index.CurlewIndex;
import io.curlew.demo.rivals.DenseVectors;
import io.curlew.demo.rivals.FactorSearch;
import io.curlew.demo.rivals.FeedbackSearch;
import io.curlew.demo.rivals.FeedbackTraining;
import io.curlew.demo.rivals.LemurSearch;
import io.curlew.lucene.TextEmbedder;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The rivals that are fitted to an index, each when it is first asked for, and kept. */
final class FittedRivals {

  private final CurlewIndex index;
  private final InteractionModel model;
  private final DenseVectors vectors;
  private final TextEmbedder embedder;
  private final long seed;
  private @Nullable FactorSearch factors;
  private @Nullable LemurSearch lemur;
  private FeedbackTraining.@Nullable Trained feedback;

  /**
   * Rivals on an index.
   *
   * @param model the index's own, asked for what they are fitted on
   * @param embedder of the queries that they will be asked
   */
  FittedRivals(
      CurlewIndex index,
      InteractionModel model,
      DenseVectors vectors,
      TextEmbedder embedder,
      long seed) {
    this.index = index;
    this.model = model;
    this.vectors = vectors;
    this.embedder = embedder;
    this.seed = seed;
  }

  FactorSearch factors() throws IOException {
    FactorSearch fitted = factors;
    if (fitted == null) {
      fitted = FactorSearch.fit(index, vectors, model, embedder, seed);
      factors = fitted;
      Progress.log("axn-mf: factors of " + fitted.fittingCalls() + " scores");
    }
    return fitted;
  }

  LemurSearch lemur() throws IOException {
    LemurSearch fitted = lemur == null ? LemurSearch.fit(index, seed) : lemur;
    lemur = fitted;
    return fitted;
  }

  FeedbackSearch feedback() throws IOException {
    FeedbackTraining.Trained trained = feedback;
    if (trained == null) {
      trained = FeedbackTraining.train(index, vectors, model);
      feedback = trained;
      Progress.log("qdrant: " + trained);
    }
    return new FeedbackSearch(trained.formula(), vectors, embedder);
  }

  /** The calls that fitting a method took, 0 if it has not been asked for. */
  long calls(String method) {
    return switch (method) {
      case "axn-mf" -> factors == null ? 0 : factors.fittingCalls();
      case "lemur" -> lemur == null ? 0 : lemur.fittingCalls();
      case "qdrant" -> feedback == null ? 0 : feedback.calls();
      default -> 0;
    };
  }
}
