/** Low-rank decompositions on EJML, and the SIMD kernels of the modules of this project. */
module io.curlew.lowrank {
  requires static jdk.incubator.vector;
  requires static transitive org.jspecify;
  requires transitive ejml.core;

  exports io.curlew.lowrank;
  exports io.curlew.simd to
      io.curlew.core,
      io.curlew.lucene,
      io.curlew.attention;
}
