/** Anchors, models and search within a budget of exact scores. */
module io.curlew.core {
  requires com.github.benmanes.caffeine;
  requires ejml.core;
  requires ejml.ddense;
  requires io.curlew.lowrank;
  requires static transitive org.jspecify;

  exports io.curlew.cur;
  exports io.curlew.cur.anchor;
  exports io.curlew.cur.learn;
  exports io.curlew.cur.model;
  exports io.curlew.cur.shards;
}
