package io.curlew.attention.scoring;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.curlew.attention.AttentionKind;
import io.curlew.attention.NystromOptions;
import io.curlew.attention.bert.BertConfig;
import io.curlew.attention.bert.BertEncoder;
import io.curlew.attention.bert.MiniLmWeights;
import io.curlew.attention.bert.PositionExtension;
import io.curlew.cur.model.InteractionModel;
import io.curlew.cur.model.TokenVectorModel;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** MiniLM in ONNX Runtime, whose long texts go to an encoder with Nystrom attention. */
class LongTextsTest extends TokenVectorModelContract {
  private static final int ABOVE = 12;
  private static final int LONG = 700;
  private static final LateInteractionOptions OPTIONS =
      LateInteractionOptions.defaults().withModelTokens(LONG).withMaxDocumentTokens(LONG);
  private static final String SHORT = "the curlew calls over the marsh";
  private static final String WHOLE = "the curlew calls over the marsh at dawn ".repeat(80);

  private static BertEncoder encoder(NDManager manager) throws IOException {
    BertEncoder encoder = new BertEncoder(BertConfig.miniLmL6().withMaxPositions(LONG));
    MiniLmWeights.get().load(encoder, manager, PositionExtension.REPEAT);
    return encoder.withAttention(
        AttentionKind.nystrom(NystromOptions.builder().setLandmarks(8).build()));
  }

  private static LongTexts longTexts(int above) throws IOException {
    NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
    try {
      return new LongTexts(encoder(manager), above, manager);
    } catch (IOException | RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  private static LateInteractionModel open(int above) throws IOException {
    return LateInteractionModel.open(MiniLm.INT8, MiniLm.TOKENIZER, longTexts(above), OPTIONS);
  }

  @Override
  protected TokenVectorModel open() throws IOException {
    return open(ABOVE);
  }

  @Override
  protected InteractionModel openDifferent() throws IOException {
    return open(ABOVE + 1);
  }

  private static float[] vectors(TokenEncoder encoder, String text) {
    return encoder.encode(TextRole.DOCUMENT, List.of(text)).getFirst().embeddings();
  }

  @Test
  void shortTextsAreTheModelsAndLongOnesTheEncoders() throws IOException {
    try (LateInteractionModel both = open(ABOVE);
        LateInteractionModel model =
            LateInteractionModel.open(
                MiniLm.INT8, MiniLm.TOKENIZER, LateInteractionOptions.defaults());
        NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        LateInteractionModel nystrom =
            LateInteractionModel.open(encoder(manager), MiniLm.TOKENIZER, OPTIONS)) {
      float[] all = vectors(both.encoder(), WHOLE);
      assertTrue(all.length > 512 * 384, "tokens read: " + all.length / 384);
      assertArrayEquals(vectors(nystrom.encoder(), WHOLE), all, 1e-5f);
      assertArrayEquals(vectors(model.encoder(), SHORT), vectors(both.encoder(), SHORT));
    }
  }

  @Test
  void lengthsMustFit() throws IOException {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      BertEncoder encoder = encoder(manager);
      assertThrows(IllegalArgumentException.class, () -> new LongTexts(encoder, 0, manager));
      assertThrows(IllegalArgumentException.class, () -> new LongTexts(encoder, 701, manager));
      LongTexts longTexts = new LongTexts(encoder, ABOVE, manager);
      LongTexts empty =
          new LongTexts(
              new BertEncoder(BertConfig.miniLmL6().withMaxPositions(LONG)), ABOVE, manager);
      assertThrows(
          IllegalArgumentException.class,
          () -> LateInteractionModel.open(MiniLm.INT8, MiniLm.TOKENIZER, empty, OPTIONS));
      LateInteractionOptions longer = OPTIONS.withModelTokens(LONG + 1);
      assertThrows(
          IllegalArgumentException.class,
          () -> LateInteractionModel.open(MiniLm.INT8, MiniLm.TOKENIZER, longTexts, longer));
    }
  }
}
