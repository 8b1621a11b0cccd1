package io.curlew.attention.scoring;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * A token-embedding model in ONNX Runtime. Every call takes one text and stays on its thread, so
 * calls run side by side, up to one per predictor; and what else is being encoded has no influence,
 * as it would in a batch of a dynamically quantised model, which shares one activation scale.
 */
final class EmbeddingModel implements TokenEmbedder {

  private static final String ENGINE = "OnnxRuntime";

  private final Model model;
  private final BlockingQueue<Predictor<long[], float[]>> idle;

  private EmbeddingModel(Model model, int predictors) {
    this.model = model;
    this.idle = new ArrayBlockingQueue<>(predictors);
    EmbeddingTranslator translator = new EmbeddingTranslator();
    for (int i = 0; i < predictors; i++) {
      idle.add(model.newPredictor(translator));
    }
  }

  static EmbeddingModel read(InputStream onnx, int predictors) throws IOException {
    Model model = Model.newInstance("token-encoder", ENGINE);
    try {
      model.load(onnx, Map.of("intraOpNumThreads", "1", "interOpNumThreads", "1"));
      // DJL makes an empty directory for a model read from a stream, and leaves it until exit.
      Path directory = model.getModelPath();
      if (directory != null) {
        Files.deleteIfExists(directory);
      }
      return new EmbeddingModel(model, predictors);
    } catch (MalformedModelException e) {
      model.close();
      throw new IOException("the model must be an ONNX file that ONNX Runtime can load", e);
    } catch (IOException | RuntimeException e) {
      model.close();
      throw e;
    }
  }

  @Override
  public float[] embed(long[] ids) throws TranslateException, InterruptedException {
    Predictor<long[], float[]> predictor = idle.take();
    try {
      return predictor.predict(ids);
    } finally {
      idle.add(predictor);
    }
  }

  @Override
  public void close() {
    idle.forEach(Predictor::close);
    model.close();
  }
}
