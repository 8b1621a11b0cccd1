/**
 * Nystrom attention, encoders and interaction models for DJL.
 *
 * <p>On the module path DJL wants {@code --add-modules org.slf4j}, and the jar of PyTorch's
 * natives, whose name no module can have, stays on the class path.
 */
module io.curlew.attention {
  requires transitive ai.djl.api;
  requires transitive io.curlew.core;
  requires ai.djl.tokenizers;
  requires com.github.benmanes.caffeine;
  requires com.google.gson;
  requires com.google.protobuf;
  requires io.curlew.lowrank;
  requires java.net.http;
  requires org.tribuo.util.onnx;
  requires static transitive org.jspecify;

  exports io.curlew.attention;
  exports io.curlew.attention.bert;
  exports io.curlew.attention.remote;
  exports io.curlew.attention.scoring;
  exports io.curlew.attention.training;
  exports io.curlew.attention.vq;
}
