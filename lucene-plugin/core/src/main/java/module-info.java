/** Search by an interaction model with a budget of calls, whatever holds the documents. */
module io.curlew.core {
  requires transitive io.curlew.lowrank;
  requires com.github.benmanes.caffeine;
  requires ejml.core;
  requires ejml.ddense;
  requires static transitive org.jspecify;

  exports io.curlew.cur;
  exports io.curlew.cur.anchor;
  exports io.curlew.cur.model;
}
