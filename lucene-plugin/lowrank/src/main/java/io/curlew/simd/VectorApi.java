package io.curlew.simd;

/** Whether the JVM was started with the Vector API's module; the one place that asks. */
final class VectorApi {
  static final boolean PRESENT = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();

  private VectorApi() {}
}
