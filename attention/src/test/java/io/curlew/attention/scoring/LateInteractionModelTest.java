package io.curlew.attention.scoring;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.model.InteractionModel;
import io.curlew.cur.model.TokenVectorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LateInteractionModelTest extends TokenVectorModelContract {

  private static final LateInteractionOptions OPTIONS =
      LateInteractionOptions.defaults().withThreads(2);

  @Override
  protected TokenVectorModel open() throws IOException {
    return open(OPTIONS);
  }

  @Override
  protected InteractionModel openDifferent() throws IOException {
    return open(OPTIONS.withMaxDocumentTokens(16));
  }

  private static LateInteractionModel open(LateInteractionOptions options) throws IOException {
    return LateInteractionModel.open(MiniLm.INT8, MiniLm.TOKENIZER, options);
  }

  @Test
  void relatedPairScoresHigher() throws IOException {
    try (LateInteractionModel model = open(OPTIONS)) {
      float[] scores =
          model
              .score(
                  List.of("the bird sang at dawn"),
                  List.of("songbird that sings in the morning", "a tax on company profits"))[0];
      assertTrue(scores[0] > scores[1] + 0.05f, scores[0] + " and " + scores[1]);
    }
  }

  @Test
  void threadsAndCacheDoNotChangeScoresOrFingerprint() throws IOException {
    List<String> queries = List.of("the bird sang at dawn");
    List<String> documents = List.of("a wading bird", "a river");
    try (LateInteractionModel one = open(OPTIONS);
        LateInteractionModel other = open(OPTIONS.withThreads(1).withCacheBytes(0))) {
      assertEquals(one.fingerprint(), other.fingerprint());
      for (int round = 0; round < 2; round++) {
        assertEquals(one.score(queries, documents)[0][1], other.score(queries, documents)[0][1]);
      }
    }
  }

  @Test
  void cutDocumentsAreCountedAndReported() throws IOException {
    String document = "the bird sang at dawn";
    List<String> reports = new ArrayList<>();
    LateInteractionOptions options =
        OPTIONS
            .withMaxDocumentTokens(5)
            .withTruncationListener(
                (text, tokens, kept) -> reports.add(text + " " + tokens + " " + kept));
    try (LateInteractionModel model = open(options)) {
      model.score(List.of("a very long query is never cut"), List.of(document, "a bird"));
      assertEquals(1, model.encoder().truncatedDocuments());
      assertEquals(2, model.encoder().droppedTokens());
      assertEquals(List.of(document + " 7 5"), reports);
      EncodedText text = model.encoder().encode(TextRole.DOCUMENT, List.of(document)).get(0);
      assertTrue(text.isSpecial(0) && text.isSpecial(4));
      assertEquals(3, text.contentTokens());
      assertEquals(7, text.wholeTokens());
      List<PooledText> pooled =
          model.encoder().pooledTexts(TextRole.DOCUMENT, List.of(document, "a bird"));
      assertArrayEquals(text.pooled(), pooled.getFirst().vector());
      assertEquals(
          List.of("7 5", "4 4"),
          pooled.stream().map(part -> part.tokens() + " " + part.kept()).toList());
    }
  }

  @Test
  void refusesQueriesThatCannotBeScored() throws IOException {
    try (LateInteractionModel model = open(OPTIONS)) {
      List<String> documents = List.of("a bird");
      Exception empty =
          assertThrows(IllegalArgumentException.class, () -> model.score(List.of(" "), documents));
      assertTrue(message(empty).contains("at least 1 token"), empty.toString());
      List<String> tooLong = List.of("bird ".repeat(511));
      Exception cut =
          assertThrows(IllegalArgumentException.class, () -> model.score(tooLong, documents));
      assertTrue(message(cut).contains("512"), cut.toString());
      assertTrue(message(cut).contains("513"), cut.toString());
      assertEquals(1, model.score(List.of("bird ".repeat(510)), documents).length);
    }
  }

  @Test
  void queriesSpecialTokensAreLeftOut() throws IOException {
    try (LateInteractionModel model = open(OPTIONS)) {
      TokenEncoder encoder = model.encoder();
      EncodedText query = encoder.encode(TextRole.QUERY, List.of("bird song")).get(0);
      EncodedText document = encoder.encode(TextRole.DOCUMENT, List.of("a dawn chorus")).get(0);
      assertEquals(4, query.tokens());
      assertEquals(5, document.tokens());
      double expected =
          (MaxSimTest.best(query, 1, document) + MaxSimTest.best(query, 2, document)) / 2;
      float score = model.score(List.of("bird song"), List.of("a dawn chorus"))[0][0];
      assertEquals(expected, score, 1e-6);
    }
  }

  @Test
  void pooledVectorsAreUnitLengthAndRelated() throws IOException {
    try (LateInteractionModel model = open(OPTIONS)) {
      float[][] vectors =
          model
              .encoder()
              .pooled(TextRole.DOCUMENT, List.of("a songbird", "a singing bird", "corporate tax"));
      assertEquals(1, dot(vectors[0], vectors[0]), 1e-5);
      assertTrue(dot(vectors[0], vectors[1]) > dot(vectors[0], vectors[2]) + 0.2);
    }
  }

  @Test
  void refusesCallsAfterClose() throws IOException {
    LateInteractionModel model = open(OPTIONS);
    model.close();
    assertThrows(
        IllegalStateException.class, () -> model.score(List.of("bird"), List.of("a bird")));
  }

  @Test
  void notANumberNamesQueryAndDocument() throws IOException {
    byte[] broken;
    try (InputStream stream = MiniLm.INT8.open()) {
      broken = stream.readAllBytes();
    }
    breakLayerNorm(broken);
    try (LateInteractionModel model =
        LateInteractionModel.open(
            () -> new ByteArrayInputStream(broken), MiniLm.TOKENIZER, OPTIONS)) {
      Exception error =
          assertThrows(
              IllegalStateException.class,
              () -> model.score(List.of("bird song"), List.of("a dawn chorus")));
      assertTrue(message(error).contains("bird song"), error.toString());
      assertTrue(message(error).contains("a dawn chorus"), error.toString());
    }
  }

  /** Puts a NaN into the bias of the last layer: name, tag of raw_data, length 1536, values. */
  private static void breakLayerNorm(byte[] onnx) {
    String name = "encoder.layer.5.output.LayerNorm.bias";
    String marker = name + "\u004a\u0080\u000c";
    String content = new String(onnx, StandardCharsets.ISO_8859_1);
    int at = content.indexOf(marker);
    assertTrue(at >= 0, "the model file must hold " + name);
    ByteBuffer.wrap(onnx).order(ByteOrder.LITTLE_ENDIAN).putFloat(at + marker.length(), Float.NaN);
  }

  private static String message(Exception error) {
    return String.valueOf(error.getMessage());
  }

  private static double dot(float[] x, float[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += (double) x[i] * y[i];
    }
    return sum;
  }
}
