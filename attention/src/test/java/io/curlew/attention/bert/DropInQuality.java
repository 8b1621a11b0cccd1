package io.curlew.attention.bert;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.ndarray.NDManager;
import io.curlew.attention.AttentionKind;
import io.curlew.attention.LandmarkChoice;
import io.curlew.attention.Measurement;
import io.curlew.attention.NystromOptions;
import io.curlew.attention.RowSums;
import io.curlew.attention.scoring.EncodedText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What Nystrom attention costs in quality when it replaces exact attention in a pretrained encoder
 * without any training: cosine of whole-text vectors to the exact ones, and rank correlation of
 * late-interaction scores, on texts of 256 to 512 tokens. By number of landmarks and layers
 * swapped; then what each option brings. Arguments: MINI_LM or BGE_SMALL, number of texts.
 *
 * <pre>mvn -q -pl attention -am -DskipTests -Pencoder-comparison verify
 *   -Dmeasurement=io.curlew.attention.bert.DropInQuality
 *   -Dmeasurement.arguments=MINI_LM,100</pre>
 */
final class DropInQuality {
  private static final int QUERIES = 40;
  private static final LandmarkChoice CLUSTERS = LandmarkChoice.kMeans(2);

  private final NDManager manager;
  private final BertEncoder encoder;
  private final DropInData data;
  private final List<EncodedText> exact;
  private final List<EncodedText> queries;

  private DropInQuality(NDManager manager, BertEncoder encoder, DropInData data) {
    this.manager = manager;
    this.encoder = encoder;
    this.data = data;
    this.exact = data.encodeTexts(encoder, manager);
    this.queries = data.encodeQueries(encoder, manager);
  }

  public static void main(String[] commandLine) throws Exception {
    String[] args = Measurement.arguments(commandLine);
    TestModels model = args.length > 0 ? TestModels.valueOf(args[0]) : TestModels.MINI_LM;
    int texts = args.length > 1 ? Integer.parseInt(args[1]) : 100;
    try (NDManager manager = TestModels.manager();
        HuggingFaceTokenizer tokenizer = model.tokenizer()) {
      DropInData data = new DropInData(tokenizer, texts, QUERIES, 42);
      DropInQuality quality = new DropInQuality(manager, model.encoder(manager), data);
      System.out.printf(
          Locale.ROOT, "%s, %d texts of %.0f tokens on average%n", model, texts, data.meanTokens());
      quality.byLandmarksAndLayers();
      quality.byOption();
    }
  }

  private void byLandmarksAndLayers() {
    int layers = encoder.config().layers();
    for (int landmarks : new int[] {16, 32, 64, 128}) {
      for (int swapped : new int[] {1, layers / 3, layers / 2, layers}) {
        String name = "plain, m = " + landmarks + ", last " + swapped + " layers";
        measure(name, plain(landmarks), layers - swapped);
        name = "best, m = " + landmarks + ", last " + swapped + " layers";
        measure(name, best(landmarks), layers - swapped);
      }
    }
  }

  private void byOption() {
    measure("plain", plain(64), 0);
    measure("rows renormalised", plain(64).optRowSums(RowSums.RENORMALISED), 0);
    measure("protected tokens", plain(64).optProtectedTokens(1, 1), 0);
    for (LandmarkChoice choice :
        List.of(CLUSTERS, LandmarkChoice.leverage(), LandmarkChoice.pivotedQr())) {
      measure(choice.name(), plain(64).optLandmarkChoice(choice), 0);
    }
    measure("ridge 1e-3", plain(64).optRidge(1e-3), 0);
    measure("near field 16", plain(64).optNearField(16), 0);
    measure("near field 16 + protected", plain(64).optNearField(16).optProtectedTokens(1, 1), 0);
    measure("near field 16 + clusters", plain(64).optNearField(16).optLandmarkChoice(CLUSTERS), 0);
    measure("best: near field 16 + protected + clusters + ridge 1e-3", best(64), 0);
    measure("best without near field", best(64).optNearField(0), 0);
    measure("best without protected", best(64).optProtectedTokens(0, 0), 0);
    measure(
        "best with segment means", best(64).optLandmarkChoice(LandmarkChoice.segmentMeans()), 0);
    measure("best with leverage", best(64).optLandmarkChoice(LandmarkChoice.leverage()), 0);
    measure("best with pivoted QR", best(64).optLandmarkChoice(LandmarkChoice.pivotedQr()), 0);
    measure("best without ridge", best(64).optRidge(0), 0);
    measure("best with near field 4", best(64).optNearField(4), 0);
    measure("best with near field 32", best(64).optNearField(32), 0);
  }

  private static NystromOptions.Builder plain(int landmarks) {
    return NystromOptions.builder().setLandmarks(landmarks);
  }

  private static NystromOptions.Builder best(int landmarks) {
    return NystromOptions.dropIn(landmarks).toBuilder();
  }

  private void measure(String name, NystromOptions.Builder options, int firstSwapped) {
    List<AttentionKind> kinds = new ArrayList<>();
    for (int layer = 0; layer < encoder.config().layers(); layer++) {
      kinds.add(
          layer < firstSwapped ? AttentionKind.exact() : AttentionKind.nystrom(options.build()));
    }
    List<EncodedText> texts = data.encodeTexts(encoder.withAttention(kinds), manager);
    DropInScore score = DropInScore.of(exact, texts, queries);
    System.out.printf(
        Locale.ROOT,
        "%-58s cosine %.4f (worst %.4f), rank correlation %.4f%n",
        name,
        score.cosine(),
        score.worst(),
        score.spearman());
  }
}
