package io.curlew.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;
import ai.djl.nn.transformer.ScaledDotProductAttentionBlock;
import ai.djl.training.ParameterStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The block around the kernel. */
class SelfAttentionTest extends KernelTestBase {

  private final ParameterStore store = new ParameterStore(manager, false);

  private NystromAttention block(int landmarks) {
    NystromAttention block =
        NystromAttention.builder()
            .setHeadCount(3)
            .setEmbeddingSize(12)
            .setLandmarks(landmarks)
            .optConvolutionKernel(5)
            .optOptions(options -> options.optNearField(2).optProtectedTokens(1, 1))
            .build();
    block.initialize(manager, DataType.FLOAT32, new Shape(1, 10, 12));
    return block;
  }

  private NDArray forward(Block block, NDArray... inputs) {
    return block.forward(store, new NDList(inputs), false, null).singletonOrThrow();
  }

  @Test
  void allFormsOfInputAgree() {
    NystromAttention block = block(4);
    NDArray x = normal(2, 20, 12);
    NDArray expected = forward(block, x);
    assertEquals(
        0, Arrays4.difference(forward(block, x, manager.ones(new Shape(2, 20))), expected));
    assertEquals(0, Arrays4.difference(forward(block, x, x, x), expected));
    NDArray mask = manager.ones(new Shape(2, 20), DataType.INT64);
    assertEquals(0, Arrays4.difference(forward(block, x, x, x, mask), expected));
    assertEquals(x.getManager(), expected.getManager());
    Shape[] shapes = block.getOutputShapes(new Shape[] {x.getShape()});
    assertEquals(expected.getShape(), shapes[0]);
  }

  /** The same weights in DJL's own block give the same output, where attention is exact. */
  @Test
  void agreesWithTheStockBlock() {
    ScaledDotProductAttentionBlock stock =
        ScaledDotProductAttentionBlock.builder()
            .setEmbeddingSize(12)
            .setHeadCount(3)
            .optAttentionProbsDropoutProb(0)
            .build();
    NDArray k = normal(2, 9, 12);
    NDArray q = normal(2, 9, 12);
    NDArray v = normal(2, 9, 12);
    stock.initialize(manager, DataType.FLOAT32, k.getShape(), q.getShape(), v.getShape());
    SelfAttention ours = new SelfAttention(3, 12, 0, 0, AttentionKind.exact());
    ours.initialize(manager, DataType.FLOAT32, k.getShape());
    Map<Projection, Linear> pairs =
        Map.of(
            ours.query(), stock.getQueryProjection(),
            ours.key(), stock.getKeyProjection(),
            ours.value(), stock.getValueProjection(),
            ours.output(), stock.getResultProjection());
    pairs.forEach(
        (projection, linear) -> {
          linear.getParameters().get("weight").getArray().copyTo(projection.weight().getArray());
          linear.getParameters().get("bias").getArray().copyTo(projection.bias().getArray());
        });
    NDArray expected = forward(stock, k, q, v);
    assertEquals(0, Arrays4.difference(forward(ours, k, q, v), expected), 1e-5);
  }

  @Test
  void wrongInputsAreRefused() {
    NystromAttention block = block(4);
    NDArray x = normal(2, 20, 12);
    refused("got: 5 arrays", block, x, x, x, x, x);
    refused("(batch, tokens, 12), got: (20, 12)", block, x.get(0));
    refused("(batch, tokens, 12), got: (2, 20, 6)", block, normal(2, 20, 6));
    refused("keys must have the shape", block, normal(2, 19, 12), x, x);
    refused("(batch, tokens)", block, x, manager.ones(new Shape(2, 19)));
    refused("(batch, tokens)", block, x, manager.ones(new Shape(2, 20, 20)));
    NDArray holes = manager.ones(new Shape(2, 20));
    holes.set(new NDIndex("1, 7"), 0);
    refused("token 7 of sequence 1", block, x, holes);
    NystromAttention.Builder builder = NystromAttention.builder();
    builder.setHeadCount(3).setEmbeddingSize(12);
    assertThrows(IllegalArgumentException.class, builder::build);
    builder.setLandmarks(4).optConvolutionKernel(4);
    assertThrows(IllegalArgumentException.class, builder::build);
    builder.optConvolutionKernel(0).optDropout(1);
    assertThrows(IllegalArgumentException.class, builder::build);
    builder.optDropout(0).setEmbeddingSize(13);
    assertThrows(IllegalArgumentException.class, builder::build);
  }

  private void refused(String part, Block block, NDArray... inputs) {
    Exception error = assertThrows(IllegalArgumentException.class, () -> forward(block, inputs));
    assertTrue(String.valueOf(error.getMessage()).contains(part), error.toString());
  }

  @Test
  void savedBlockAttendsAsBefore() throws Exception {
    NystromAttention saved = block(4);
    byte[] bytes = save(saved);
    SelfAttention loaded = new SelfAttention(3, 12, 0, 5, AttentionKind.exact());
    loaded.loadParameters(manager, new DataInputStream(new ByteArrayInputStream(bytes)));
    NDArray x = normal(2, 20, 12);
    assertEquals(saved.kind().describe(), loaded.kind().describe());
    assertEquals(0, Arrays4.difference(forward(saved, x), forward(loaded, x)));
    SelfAttention other = new SelfAttention(2, 12, 0, 5, AttentionKind.exact());
    Exception error =
        assertThrows(
            MalformedModelException.class,
            () ->
                other.loadParameters(
                    manager, new DataInputStream(new ByteArrayInputStream(bytes))));
    assertTrue(String.valueOf(error.getMessage()).contains("[3, 12, 5]"), error.toString());
  }

  private static byte[] save(Block block) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    block.saveParameters(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  @Test
  void anotherKindSharesTheParameters() {
    NystromAttention block = block(4);
    SelfAttention exact = block.withKind(AttentionKind.exact());
    NDArray x = normal(1, 30, 12);
    assertTrue(Arrays4.relative(forward(exact, x), forward(block, x)) > 1e-4);
    block.query().weight().getArray().muli(0);
    block.query().bias().getArray().muli(0);
    SelfAttention everything = block.withKind(AttentionKind.nystrom(landmarks(30).build()));
    assertEquals(0, Arrays4.difference(forward(exact, x), forward(everything, x)), 1e-5);
  }

  @Test
  void anAdapterAddsToItsProjection() {
    NystromAttention block = block(4);
    NDArray x = normal(1, 30, 12);
    NDArray before = forward(block, x);
    Linear adapter = Linear.builder().setUnits(12).optBias(false).build();
    block.value().attach(adapter);
    assertThrows(IllegalStateException.class, () -> block.value().attach(adapter));
    adapter.initialize(manager, DataType.FLOAT32, new Shape(-1, 12));
    assertTrue(block.getParameters().keys().stream().anyMatch(name -> name.contains("adapter")));
    NDArray weight = adapter.getParameters().get("weight").getArray();
    NDArray with = forward(block, x);
    assertTrue(Arrays4.relative(with, before) > 1e-3);
    // Folded into the weight it is the same.
    block.value().detach();
    block.value().weight().getArray().addi(weight);
    assertEquals(0, Arrays4.difference(forward(block, x), with), 1e-4);
  }
}
