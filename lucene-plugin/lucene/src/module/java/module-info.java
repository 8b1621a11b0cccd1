/** Curlew for Lucene. */
module io.curlew.lucene {
  requires transitive io.curlew.core;
  requires io.curlew.lowrank;
  requires transitive org.apache.lucene.core;
  requires static transitive org.jspecify;

  exports io.curlew.lucene;

  provides org.apache.lucene.codecs.KnnVectorsFormat with
      io.curlew.lucene.rows.CurFlatVectorsFormat;
}
