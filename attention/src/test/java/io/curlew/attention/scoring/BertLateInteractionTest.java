package io.curlew.attention.scoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.curlew.attention.AttentionKind;
import io.curlew.attention.LandmarkChoice;
import io.curlew.attention.NystromOptions;
import io.curlew.attention.bert.BertConfig;
import io.curlew.attention.bert.BertEncoder;
import io.curlew.attention.bert.MiniLmWeights;
import io.curlew.cur.model.InteractionModel;
import io.curlew.cur.model.TokenVectorModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Late interaction on imported MiniLM with Nystrom attention and 2,048 positions. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BertLateInteractionTest extends TokenVectorModelContract {

  private static final int LONG = 2048;
  private static final LateInteractionOptions OPTIONS =
      LateInteractionOptions.defaults()
          .withModelTokens(LONG)
          .withMaxDocumentTokens(LONG)
          .withThreads(2);

  private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
  private final BertEncoder exact = read();
  private final BertEncoder nystrom =
      exact.withAttention(
          AttentionKind.nystrom(
              NystromOptions.builder()
                  .setLandmarks(8)
                  .optNearField(4)
                  .optProtectedTokens(1, 1)
                  .optLandmarkChoice(LandmarkChoice.kMeans(2))
                  .build()));

  private BertEncoder read() {
    BertEncoder encoder = new BertEncoder(BertConfig.miniLmL6().withMaxPositions(LONG));
    try {
      MiniLmWeights.get().load(encoder, manager);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return encoder;
  }

  @AfterAll
  void closeWeights() {
    manager.close();
  }

  @Override
  protected TokenVectorModel open() throws IOException {
    return LateInteractionModel.open(nystrom, MiniLm.TOKENIZER, OPTIONS);
  }

  @Override
  protected InteractionModel openDifferent() throws IOException {
    return LateInteractionModel.open(exact, MiniLm.TOKENIZER, OPTIONS);
  }

  /** Both tokenizers are the same file, so fp32 MiniLM in ONNX Runtime gives the same scores. */
  @Test
  void exactEncoderScoresAsOnnxRuntime() throws IOException {
    List<String> queries = List.of("the bird sang at dawn", "a tax on profits");
    List<String> documents = List.of("songbird that sings in the morning", "corporate tax", "");
    try (LateInteractionModel here = LateInteractionModel.open(exact, MiniLm.TOKENIZER, OPTIONS);
        LateInteractionModel there =
            LateInteractionModel.open(
                MiniLm.resource("/all-minilm-l6-v2.onnx"),
                MiniLm.TOKENIZER,
                LateInteractionOptions.defaults())) {
      float[][] expected = there.score(queries, documents);
      float[][] actual = here.score(queries, documents);
      for (int query = 0; query < queries.size(); query++) {
        for (int document = 0; document < documents.size(); document++) {
          assertEquals(expected[query][document], actual[query][document], 1e-5);
        }
      }
    }
  }

  @Test
  void documentsBeyond512TokensAreReadWhole() throws IOException {
    documentsBeyond512TokensAreReadWhole(1024, 75);
  }

  @Test
  @Tag("proof")
  void documentsOf2048TokensAreReadWhole() throws IOException {
    documentsBeyond512TokensAreReadWhole(LONG, 150);
  }

  private void documentsBeyond512TokensAreReadWhole(int limit, int sentences) throws IOException {
    String document = "a wading bird with a long curved bill and a river. ".repeat(sentences);
    LateInteractionOptions options = OPTIONS.withMaxDocumentTokens(limit).withModelTokens(limit);
    try (LateInteractionModel model =
        LateInteractionModel.open(nystrom, MiniLm.TOKENIZER, options)) {
      float[] scores =
          model.score(List.of("corporate tax"), List.of(document, document + "corporate tax"))[0];
      assertNotEquals(scores[0], scores[1], 0.05, "the last words must have an influence");
      assertEquals(0, model.encoder().truncatedDocuments());
      assertEquals(
          2 + sentences * 13,
          model.encoder().encode(TextRole.DOCUMENT, List.of(document)).get(0).tokens());
      model.score(List.of("tax"), List.of(document.repeat(2)));
      assertEquals(1, model.encoder().truncatedDocuments());
      assertThrows(
          IllegalArgumentException.class,
          () -> model.score(List.of("bird ".repeat(limit)), List.of("a bird")));
    }
  }

  @Test
  void moreTokensThanPositionsAreRefused() {
    LateInteractionOptions tooMany = OPTIONS.withModelTokens(LONG + 1);
    assertThrows(
        IllegalArgumentException.class, () -> TokenEncoder.open(exact, MiniLm.TOKENIZER, tooMany));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            TokenEncoder.open(
                new BertEncoder(BertConfig.miniLmL6()),
                MiniLm.TOKENIZER,
                LateInteractionOptions.defaults()));
  }
}
