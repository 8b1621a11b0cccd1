package io.curlew.attention.bert;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes a cross-encoder in int8, as an ONNX graph, out of an encoder's int8 graph and float32
 * weights: those of all linear maps are replaced, each output with a scale of its own and no zero
 * point, and pooler and classifier, in float32, are added behind the first token. The result has
 * the outputs of a Hugging Face export for sequence classification: logits, (batch, 1).
 *
 * <p>Embeddings, normalisations and biases stay those of the graph. Activations are quantised as
 * the graph does it, with one scale for a whole tensor: run one pair a call, or a pair's score
 * depends on its batch.
 */
public final class QuantisedCrossEncoder {
  private static final String QUANTISED = "_quantized";
  private static final String HEAD = "curlew.";

  /**
   * Seven bits: processors without VNNI add two products of an unsigned and a signed byte up in 16
   * bits, and 2 * 255 * 64 is the most that fits.
   */
  private static final int LARGEST = 64;

  private final Pretrained weights;
  private final Map<String, OnnxMl.TensorProto> replaced = new HashMap<>();

  private QuantisedCrossEncoder(Pretrained weights) {
    this.weights = weights;
  }

  /**
   * Builds the graph; a second of work.
   *
   * @param graph of the encoder, as ONNX Runtime's dynamic quantisation makes it, with a scale per
   *     output; read to its end and not closed
   * @param weights of encoder, {@code pooler.dense} and {@code classifier}
   * @return an ONNX model
   * @throws IOException if the graph is of another kind, or a weight is missing or of another size
   */
  public static byte[] onnx(InputStream graph, Pretrained weights) throws IOException {
    OnnxMl.ModelProto model;
    try {
      model = OnnxMl.ModelProto.parseFrom(graph);
    } catch (InvalidProtocolBufferException e) {
      throw new IOException("the encoder must be an ONNX model", e);
    }
    OnnxMl.GraphProto built = new QuantisedCrossEncoder(weights).build(model.getGraph());
    return model.toBuilder().setGraph(built).build().toByteArray();
  }

  private OnnxMl.GraphProto build(OnnxMl.GraphProto graph) throws IOException {
    int maps = 0;
    for (OnnxMl.NodeProto node : graph.getNodeList()) {
      if (node.getOpType().equals("MatMulInteger")) {
        String initialiser = node.getInput(1);
        if (initialiser.endsWith(QUANTISED)) {
          quantise(
              initialiser.substring(0, initialiser.length() - QUANTISED.length()),
              weights.require(OnnxWeights.nameOf(node.getName())));
          maps++;
        }
      }
    }
    if (maps == 0 || graph.getOutputCount() != 1) {
      throw new IOException(
          "the encoder must have quantised linear maps and 1 output, got: "
              + maps
              + " and "
              + graph.getOutputCount());
    }
    OnnxMl.GraphProto.Builder builder = graph.toBuilder();
    for (int i = 0; i < builder.getInitializerCount(); i++) {
      OnnxMl.TensorProto old = builder.getInitializer(i);
      OnnxMl.@Nullable TensorProto changed = replaced.remove(old.getName());
      if (changed != null) {
        if (!changed.getDimsList().equals(old.getDimsList())
            || changed.getDataType() != old.getDataType()) {
          throw new IOException(
              old.getName()
                  + " must have shape "
                  + changed.getDimsList()
                  + " with a scale per output, got: "
                  + old.getDimsList());
        }
        builder.setInitializer(i, changed);
      }
    }
    if (!replaced.isEmpty()) {
      throw new IOException(
          "the encoder must have the arrays " + replaced.keySet() + ", got: none");
    }
    return withHead(builder);
  }

  /** Weights are (out, in), the graph's are (in, out). */
  private void quantise(String name, Tensor weight) {
    int outputs = Math.toIntExact(weight.shape()[0]);
    int inputs = Math.toIntExact(weight.shape()[1]);
    byte[] values = new byte[weight.values().length];
    float[] scales = new float[outputs];
    for (int out = 0; out < outputs; out++) {
      float largest = Float.MIN_NORMAL;
      for (int in = 0; in < inputs; in++) {
        largest = Math.max(largest, Math.abs(weight.values()[out * inputs + in]));
      }
      scales[out] = largest / LARGEST;
      for (int in = 0; in < inputs; in++) {
        values[in * outputs + out] =
            (byte) Math.round(weight.values()[out * inputs + in] / scales[out]);
      }
    }
    put(
        name + QUANTISED,
        OnnxMl.TensorProto.DataType.INT8,
        ByteBuffer.wrap(values),
        inputs,
        outputs);
    put(name + "_scale", OnnxMl.TensorProto.DataType.FLOAT, bytes(scales), outputs);
    ByteBuffer zeros = ByteBuffer.allocate(outputs);
    put(name + "_zero_point", OnnxMl.TensorProto.DataType.INT8, zeros, outputs);
  }

  private void put(
      String name, OnnxMl.TensorProto.DataType type, ByteBuffer raw, long... dimensions) {
    replaced.put(name, tensor(name, type, raw, dimensions));
  }

  private static OnnxMl.TensorProto tensor(
      String name, OnnxMl.TensorProto.DataType type, ByteBuffer raw, long... dimensions) {
    OnnxMl.TensorProto.Builder builder =
        OnnxMl.TensorProto.newBuilder()
            .setName(name)
            .setDataType(type.getNumber())
            .setRawData(ByteString.copyFrom(raw));
    for (long dimension : dimensions) {
      builder.addDims(dimension);
    }
    return builder.build();
  }

  private static ByteBuffer bytes(float[] values) {
    ByteBuffer buffer =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    return buffer;
  }

  private OnnxMl.GraphProto withHead(OnnxMl.GraphProto.Builder graph) throws IOException {
    for (String name :
        new String[] {
          "pooler.dense.weight", "pooler.dense.bias", "classifier.weight", "classifier.bias"
        }) {
      Tensor tensor = weights.require(name);
      OnnxMl.TensorProto.DataType type = OnnxMl.TensorProto.DataType.FLOAT;
      graph.addInitializer(tensor(HEAD + name, type, bytes(tensor.values()), tensor.shape()));
    }
    ByteBuffer zero = ByteBuffer.allocate(Long.BYTES);
    graph.addInitializer(tensor(HEAD + "first", OnnxMl.TensorProto.DataType.INT64, zero));
    String hidden = graph.getOutput(0).getName();
    OnnxMl.AttributeProto axis = integer("axis", 1);
    graph.addNode(node("Gather", axis, "cls", hidden, HEAD + "first"));
    graph.addNode(linear("pooled", "cls", "pooler.dense"));
    graph.addNode(node("Tanh", null, "tanh", HEAD + "pooled"));
    graph.addNode(linear("logits", "tanh", "classifier"));
    OnnxMl.TensorShapeProto.Builder shape = OnnxMl.TensorShapeProto.newBuilder();
    shape.addDimBuilder().setDimParam("batch");
    shape.addDimBuilder().setDimValue(1);
    OnnxMl.TypeProto.Tensor.Builder type =
        OnnxMl.TypeProto.Tensor.newBuilder()
            .setElemType(OnnxMl.TensorProto.DataType.FLOAT.getNumber())
            .setShape(shape);
    graph
        .clearOutput()
        .addOutput(
            OnnxMl.ValueInfoProto.newBuilder()
                .setName(HEAD + "logits")
                .setType(OnnxMl.TypeProto.newBuilder().setTensorType(type)));
    return graph.build();
  }

  private static OnnxMl.NodeProto linear(String output, String input, String map) {
    return node(
        "Gemm",
        integer("transB", 1),
        output,
        HEAD + input,
        HEAD + map + ".weight",
        HEAD + map + ".bias");
  }

  private static OnnxMl.AttributeProto integer(String name, long value) {
    return OnnxMl.AttributeProto.newBuilder()
        .setName(name)
        .setType(OnnxMl.AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  private static OnnxMl.NodeProto node(
      String type, OnnxMl.@Nullable AttributeProto attribute, String output, String... inputs) {
    OnnxMl.NodeProto.Builder node =
        OnnxMl.NodeProto.newBuilder()
            .setOpType(type)
            .setName(HEAD + output + "." + type)
            .addOutput(HEAD + output);
    for (String input : inputs) {
      node.addInput(input);
    }
    if (attribute != null) {
      node.addAttribute(attribute);
    }
    return node.build();
  }
}
