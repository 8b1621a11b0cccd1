package io.curlew.attention.scoring;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;
import java.util.Arrays;

/**
 * Token ids of one text in, its raw token vectors out: (1, tokens) to (1, tokens, dimension), all
 * in one segment and all attended to. Keeps no state.
 */
final class EmbeddingTranslator implements NoBatchifyTranslator<long[], float[]> {

  @Override
  public NDList processInput(TranslatorContext context, long[] ids) {
    NDManager manager = context.getNDManager();
    Shape shape = new Shape(1, ids.length);
    long[] attended = new long[ids.length];
    Arrays.fill(attended, 1);
    return new NDList(
        named("input_ids", manager.create(ids, shape)),
        named("attention_mask", manager.create(attended, shape)),
        named("token_type_ids", manager.create(new long[ids.length], shape)));
  }

  private static NDArray named(String name, NDArray array) {
    array.setName(name);
    return array;
  }

  @Override
  public float[] processOutput(TranslatorContext context, NDList outputs) {
    NDArray embeddings = outputs.head();
    Shape shape = embeddings.getShape();
    if (shape.dimension() != 3 || shape.get(0) != 1) {
      throw new IllegalStateException(
          "the model's first output must have shape (1, tokens, dimension), got: " + shape);
    }
    return embeddings.toFloatArray();
  }
}
