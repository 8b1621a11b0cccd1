package io.curlew.demo.index;

import io.curlew.cur.anchor.AnchorSet;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Makes the scores that are shipped with the cross-encoder: those that the demo's index learns
 * from. Arguments: the module's directory, an index of WordNet's default documents whose model is
 * the cross-encoder, and the file to write. To be made anew with the adapters, or when learning
 * chooses other documents:
 *
 * <pre>mvn -q -pl retrieval-demo -am -DskipTests -Psearch-benchmarks test
 *   -Dbenchmark=io.curlew.demo.index.ShippedScores -Dbenchmark.arguments="INDEX FILE"</pre>
 */
final class ShippedScores {

  private static final long SEED = 42;

  private ShippedScores() {}

  public static void main(String[] arguments) throws IOException {
    Path index = Path.of(arguments[1]);
    AnchorSet anchors = CurlewIndex.anchors(index);
    try (Models models = Models.open(Models.CROSS_ENCODER, DocumentReading.DEFAULT);
        SavedScores saved = SavedScores.open(models.model(), Path.of(arguments[2]))) {
      IndexLearning.learn(
          index,
          IndexFields.DEFAULT,
          anchors.withQueryModel(models.model().fingerprint()),
          models,
          saved,
          Datasets.trainJudgements(Datasets.open("wordnet", Datasets.DEFAULT_DOCUMENTS, SEED)),
          SEED);
    }
  }
}
