package io.curlew.attention.scoring;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import java.io.IOException;
import java.io.InputStream;

/**
 * A token-embedding model in ONNX Runtime. Every call takes one text and stays on its thread, so
 * calls run side by side, up to one per predictor; and what else is being encoded has no influence,
 * as it would in a batch of a dynamically quantised model, which shares one activation scale.
 */
final class EmbeddingModel implements TokenEmbedder {
  private final PredictorPool<long[], float[]> predictors;

  private EmbeddingModel(PredictorPool<long[], float[]> predictors) {
    this.predictors = predictors;
  }

  static EmbeddingModel read(InputStream onnx, int predictors) throws IOException {
    Model model = Model.newInstance("token-encoder", ExportFormat.ONNX.engine());
    try {
      ExportFormat.ONNX.load(model, onnx);
      return new EmbeddingModel(
          new PredictorPool<>(model, new EmbeddingTranslator(), predictors, "encode every text"));
    } catch (MalformedModelException e) {
      model.close();
      throw new IOException("the model must be an ONNX file that ONNX Runtime can load", e);
    } catch (IOException | RuntimeException e) {
      model.close();
      throw e;
    }
  }

  @Override
  public float[] embed(String text, long[] ids) {
    return predictors.predict(ids, text);
  }

  @Override
  public void close() {
    predictors.close();
  }
}
