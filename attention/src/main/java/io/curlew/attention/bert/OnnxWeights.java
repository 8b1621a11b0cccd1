package io.curlew.attention.bert;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/**
 * Weights out of an ONNX graph that was exported from a Hugging Face BERT. Biases, normalisations
 * and embeddings have their names; linear weights are anonymous and stored (in, out), and are known
 * by the path of the {@code MatMul} node that uses them.
 */
final class OnnxWeights {
  private static final String MAT_MUL = "MatMul";

  private OnnxWeights() {}

  static Map<String, Tensor> read(InputStream onnx) throws IOException {
    OnnxMl.GraphProto graph;
    try {
      graph = OnnxMl.ModelProto.parseFrom(onnx).getGraph();
    } catch (InvalidProtocolBufferException e) {
      throw new IOException("weights must be an ONNX model", e);
    }
    Map<String, Tensor> initialisers = new HashMap<>();
    for (OnnxMl.TensorProto tensor : graph.getInitializerList()) {
      if (tensor.getDataType() == OnnxMl.TensorProto.DataType.FLOAT.getNumber()) {
        initialisers.put(tensor.getName(), tensor(tensor));
      }
    }
    Map<String, Tensor> named = new HashMap<>(initialisers);
    for (OnnxMl.NodeProto node : graph.getNodeList()) {
      if (node.getOpType().equals(MAT_MUL) && node.getInputCount() == 2) {
        Tensor weight = initialisers.get(node.getInput(1));
        if (weight != null && weight.shape().length == 2) {
          named.put(nameOf(node.getName()), weight.transposed());
        }
      }
    }
    return named;
  }

  /**
   * {@code /encoder/layer.0/output/dense/MatMul} to {@code encoder.layer.0.output.dense.weight}.
   */
  static String nameOf(String path) {
    String name = path.startsWith("/") ? path.substring(1) : path;
    int end = name.lastIndexOf('/');
    return (end < 0 ? name : name.substring(0, end)).replace('/', '.') + ".weight";
  }

  private static Tensor tensor(OnnxMl.TensorProto tensor) throws IOException {
    long[] shape = tensor.getDimsList().stream().mapToLong(Long::longValue).toArray();
    float[] values;
    if (tensor.hasRawData()) {
      ByteBuffer bytes = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
      values = new float[bytes.remaining() / Float.BYTES];
      bytes.asFloatBuffer().get(values);
    } else {
      values = new float[tensor.getFloatDataCount()];
      for (int i = 0; i < values.length; i++) {
        values[i] = tensor.getFloatData(i);
      }
    }
    try {
      return new Tensor(shape, values);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new IOException("tensor " + tensor.getName() + " must fit its shape", e);
    }
  }
}
