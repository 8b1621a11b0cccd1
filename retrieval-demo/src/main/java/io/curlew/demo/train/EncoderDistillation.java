package io.curlew.demo.train;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.curlew.attention.AttentionKind;
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
 * Teaches MiniLM to give the token vectors of its exact attention with Nystrom attention, of plain
 * segment means. Stopped and started again, it goes on where it was.
 *
 * @param job what is trained on: all that a resumed training must have in common with the one that
 *     was stopped, beside these options
 * @param landmarks of the attention
 * @param kernel length of the convolution of the values, odd, or 0
 * @param maxTokens the longest text that the encoder is to read
 * @param rank of the adapters
 * @param texts in an epoch
 */
public record EncoderDistillation(
    String job,
    int landmarks,
    int kernel,
    int maxTokens,
    int rank,
    int texts,
    FineTuningOptions options,
    long seed) {
  private static final int HELD_OUT = 12;
  private static final String CHECKPOINT = "distillation.safetensors";

  /**
   * Checks the numbers.
   *
   * @throws BadInputException naming the option that is out of range
   */
  public EncoderDistillation {
    requireAtLeast(1, "--landmarks", landmarks);
    requireAtLeast(0, "--kernel", kernel);
    requireAtLeast(TrainingTexts.LONGEST, "--max-tokens", maxTokens);
    requireAtLeast(1, "--rank", rank);
    requireAtLeast(1, "--epoch-texts", texts);
    if (kernel != 0 && kernel % 2 == 0) {
      throw new BadInputException("--kernel must be odd, or 0 for none, got: " + kernel);
    }
  }

  private static void requireAtLeast(int least, String option, int value) {
    if (value < least) {
      throw new BadInputException(option + " must be at least " + least + ", got: " + value);
    }
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
    AttentionKind kind =
        AttentionKind.nystrom(NystromOptions.builder().setLandmarks(landmarks).build());
    BertConfig config =
        BertConfig.miniLmL6().withMaxPositions(maxTokens).withConvolutionKernel(kernel);
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
