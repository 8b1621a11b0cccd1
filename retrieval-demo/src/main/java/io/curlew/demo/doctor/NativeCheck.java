package io.curlew.demo.doctor;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import io.curlew.attention.scoring.LateInteractionModel;
import io.curlew.attention.scoring.LateInteractionOptions;
import io.curlew.demo.doctor.MachineCheck.Status;
import io.curlew.demo.index.Models;
import java.util.List;
import java.util.Locale;

/** Loads the native libraries by using them. */
public final class NativeCheck {

  private NativeCheck() {}

  /** ONNX Runtime and the tokenizers: one score of the late-interaction model. */
  public static MachineCheck lateInteraction() {
    String subject = "ONNX Runtime, tokens";
    try (LateInteractionModel model = Models.lateInteraction(LateInteractionOptions.defaults())) {
      List<String> documents = List.of("a wading bird with a long curved bill");
      float score = model.score(List.of("a shore bird"), documents)[0][0];
      long start = System.nanoTime();
      model.score(List.of("a bird of the shore"), documents);
      return new MachineCheck(
          Float.isFinite(score) ? Status.OK : Status.FAIL,
          subject,
          String.format(
              Locale.ROOT,
              "a score of %.2f, the next in %.1f ms",
              score,
              (System.nanoTime() - start) / 1e6),
          "report it: a score must be finite");
    } catch (Exception | LinkageError e) {
      return failed(subject, Status.FAIL, e);
    }
  }

  /** PyTorch, which only attention of our own and training need. */
  public static MachineCheck pytorch() {
    String subject = "PyTorch";
    try (NDManager manager = NDManager.newBaseManager(null, "PyTorch")) {
      float sum = manager.ones(new ai.djl.ndarray.types.Shape(2, 3)).sum().getFloat();
      return new MachineCheck(
          sum == 6 ? Status.OK : Status.WARN,
          subject,
          Engine.getEngine("PyTorch").getVersion(),
          "report it: a sum of six ones must be 6, got: " + sum);
    } catch (RuntimeException | LinkageError e) {
      return failed(subject, Status.WARN, e);
    }
  }

  private static MachineCheck failed(String subject, Status status, Throwable e) {
    return new MachineCheck(
        status,
        subject,
        String.valueOf(e).lines().findFirst().orElse(""),
        "the platform must be one with natives (Linux or Windows on x86-64, macOS on arm64), with"
            + " a recent C library");
  }
}
