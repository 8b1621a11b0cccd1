/**
 * Low-rank approximation on EJML. Matrices are {@code ejml.core}'s, a name that Java makes of the
 * jar's.
 */
@SuppressWarnings("module") // those that the kernels are exported to come later
module io.curlew.lowrank {
  requires transitive ejml.core;
  requires static jdk.incubator.vector;
  requires static transitive org.jspecify;

  exports io.curlew.lowrank;
  exports io.curlew.simd to
      io.curlew.attention,
      io.curlew.core,
      io.curlew.lucene;
}
