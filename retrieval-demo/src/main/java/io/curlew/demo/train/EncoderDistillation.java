package io.curlew.demo.train;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.curlew.attention.AttentionKind;
import io.curlew.attention.LandmarkChoice;
import io.curlew.attention.NystromOptions;
import io.curlew.attention.bert.BertConfig;
import io.curlew.attention.bert.DistilledEncoder;
import io.curlew.attention.bert.Pretrained;
import io.curlew.attention.bert.SafetensorsFile;
import io.curlew.attention.training.Distillation;
import io.curlew.attention.training.FineTuning;
import io.curlew.attention.training.FineTuningOptions;
import io.curlew.data.Dataset;
import io.curlew.data.model.ModelFiles;
import io.curlew.demo.console.BadInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/**
 * Teaches MiniLM to give the token vectors of its exact attention with Nystrom attention. Stopped
 * and started again, it goes on where it was.
 *
 * @param job what is trained on: all that a resumed training must have in common with the one that
 *     was stopped, beside these options
 * @param landmarks of the attention
 * @param maxTokens the longest text that the encoder is to read
 * @param rank of the adapters
 * @param texts in an epoch
 */
public record EncoderDistillation(
    String job,
    int landmarks,
    int maxTokens,
    int rank,
    int texts,
    FineTuningOptions options,
    long seed) {
  private static final int HELD_OUT = 12;
  private static final int NEAR_FIELD = 16;
  private static final String CHECKPOINT = "distillation.safetensors";

  /**
   * Checks the numbers.
   *
   * @throws BadInputException naming the option that is out of range
   */
  public EncoderDistillation {
    requireAtLeast(1, "--landmarks", landmarks);
    requireAtLeast(TrainingTexts.LONGEST, "--max-tokens", maxTokens);
    requireAtLeast(1, "--rank", rank);
    requireAtLeast(1, "--epoch-texts", texts);
  }

  private static void requireAtLeast(int least, String option, int value) {
    if (value < least) {
      throw new BadInputException(option + " must be at least " + least + ", got: " + value);
    }
  }

  /**
   * Attention that comes close to exact attention at some twice the cost of plain segment means:
   * near field of 16, first and last token protected, landmarks that are means of the nearest
   * instead of the next tokens.
   */
  static AttentionKind attention(int landmarks) {
    return AttentionKind.nystrom(
        NystromOptions.builder()
            .setLandmarks(landmarks)
            .optNearField(NEAR_FIELD)
            .optProtectedTokens(1, 1)
            .optLandmarkChoice(LandmarkChoice.kMeans(1))
            .build());
  }

  /**
   * Trains, or goes on.
   *
   * @param data texts to learn from
   * @param work directory for what is done so far
   * @return what {@link DistilledEncoder#open} reads
   */
  public SafetensorsFile run(List<Dataset> data, Path work, FineTuning.Listener listener)
      throws IOException {
    AttentionKind kind = attention(landmarks);
    BertConfig config = BertConfig.miniLmL6().withMaxPositions(maxTokens);
    TrainingTexts examples = TrainingTexts.of(data, texts, seed);
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        InputStream onnx = ModelFiles.miniLm().openModel()) {
      Pretrained base = Pretrained.onnx(onnx);
      Distillation distillation = Distillation.start(base, config, kind, rank, manager, seed);
      new FineTuning<>(distillation, options, examples, examples.heldOut(HELD_OUT))
          .run(work.resolve(CHECKPOINT), this + "; base " + base.fingerprint(), listener);
      return DistilledEncoder.file(base, config, kind, distillation.trained().values());
    }
  }
}
