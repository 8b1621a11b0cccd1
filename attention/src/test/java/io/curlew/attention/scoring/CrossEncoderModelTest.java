package io.curlew.attention.scoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.curlew.attention.AttentionKind;
import io.curlew.attention.NystromOptions;
import io.curlew.attention.Projection;
import io.curlew.attention.bert.BertConfig;
import io.curlew.attention.bert.BertEncoder;
import io.curlew.attention.bert.CrossEncoder;
import io.curlew.attention.bert.MiniLmWeights;
import io.curlew.cur.model.InteractionModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * MiniLM's body with a pooler and a classifier that know nothing: what is tested is the reading.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrossEncoderModelTest extends InteractionModelContract {

  private static final int LONG = 2048;

  private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
  private final CrossEncoder model = build();

  @AfterAll
  void closeWeights() {
    manager.close();
  }

  private CrossEncoder build() {
    BertConfig config = BertConfig.miniLmL6().withMaxPositions(LONG);
    BertEncoder body = new BertEncoder(config);
    try {
      MiniLmWeights.get().load(body, manager);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    BertEncoder encoder = new BertEncoder(config.withPooler(true));
    body.namedParameters()
        .forEach(
            (name, parameter) ->
                Objects.requireNonNull(encoder.namedParameters().get(name))
                    .setArray(parameter.getArray()));
    Random random = new Random(42);
    set(Objects.requireNonNull(encoder.projections().get("pooler.dense")), random);
    Projection classifier = new Projection(config.hiddenSize(), 1);
    set(classifier, random);
    return new CrossEncoder(encoder, classifier);
  }

  private void set(Projection projection, Random random) {
    float[] weight = new float[projection.in() * projection.out()];
    for (int i = 0; i < weight.length; i++) {
      weight[i] = (float) (random.nextGaussian() / Math.sqrt(projection.in()));
    }
    projection
        .weight()
        .setArray(manager.create(weight, new Shape(projection.out(), projection.in())));
    projection.bias().setArray(manager.zeros(new Shape(projection.out())));
  }

  @Override
  protected InteractionModel open() throws IOException {
    return open(model, CrossEncoderOptions.defaults());
  }

  @Override
  protected InteractionModel openDifferent() throws IOException {
    return open(model, CrossEncoderOptions.defaults().withMaxTokens(20));
  }

  private static CrossEncoderModel open(CrossEncoder model, CrossEncoderOptions options)
      throws IOException {
    return CrossEncoderModel.open(model, MiniLm.TOKENIZER, options);
  }

  private CrossEncoder nystrom() {
    AttentionKind kind =
        AttentionKind.nystrom(NystromOptions.builder().setLandmarks(32).optNearField(16).build());
    return new CrossEncoder(model.encoder().withAttention(kind), model.classifier());
  }

  @Test
  void longDocumentsAreReadToTheirEnd() throws IOException {
    longDocumentsAreReadToTheirEnd(1024, 75);
  }

  @Test
  @Tag("proof")
  void longestDocumentsAreReadToTheirEnd() throws IOException {
    longDocumentsAreReadToTheirEnd(LONG, 150);
  }

  private void longDocumentsAreReadToTheirEnd(int limit, int sentences) throws IOException {
    String document = "a wading bird with a long curved bill and a river. ".repeat(sentences);
    List<String> reports = new ArrayList<>();
    CrossEncoderOptions options =
        CrossEncoderOptions.defaults()
            .withMaxTokens(limit)
            .withTruncationListener((text, tokens, kept) -> reports.add(tokens + " " + kept));
    try (CrossEncoderModel whole = open(nystrom(), options)) {
      float[] scores =
          whole.score(List.of("bird song"), List.of(document, document + "corporate tax"))[0];
      assertNotEquals(scores[0], scores[1], "the last words must have an influence");
      assertEquals(0, whole.truncatedDocuments());
      whole.score(List.of("bird song"), List.of(document.repeat(2)));
      assertEquals(1, whole.truncatedDocuments());
      assertEquals(List.of((3 + 2 + 2 * sentences * 13) + " " + limit), reports);
    }
    try (CrossEncoderModel cut = open(model, CrossEncoderOptions.defaults())) {
      float[] scores =
          cut.score(List.of("bird song"), List.of(document, document + "corporate tax"))[0];
      assertEquals(scores[0], scores[1]);
      assertEquals(2, cut.truncatedDocuments());
    }
  }

  @Test
  void theQueryIsNeverCut() throws IOException {
    try (CrossEncoderModel cut = open(model, CrossEncoderOptions.defaults().withMaxTokens(20))) {
      String query = "bird ".repeat(16);
      float[] scores =
          cut.score(List.of(query, "bird ".repeat(15) + "tax"), List.of("one two three four"))[0];
      assertEquals(1, scores.length);
      float other =
          cut.score(List.of("bird ".repeat(15) + "tax"), List.of("one two three four"))[0][0];
      assertNotEquals(scores[0], other, "the query's last word must have an influence");
      Exception error =
          assertThrows(
              IllegalArgumentException.class,
              () -> cut.score(List.of("bird ".repeat(17)), List.of("one")));
      assertTrue(String.valueOf(error.getMessage()).contains("within 20 tokens"), error.toString());
    }
  }

  @Test
  void attentionChangesTheFingerprint() throws IOException {
    try (CrossEncoderModel exact = open(model, CrossEncoderOptions.defaults());
        CrossEncoderModel other = open(nystrom(), CrossEncoderOptions.defaults())) {
      assertNotEquals(exact.fingerprint(), other.fingerprint());
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> open(model, CrossEncoderOptions.defaults().withMaxTokens(LONG + 1)));
    assertThrows(
        IllegalArgumentException.class,
        () -> new CrossEncoder(new BertEncoder(BertConfig.miniLmL6())));
  }
}
