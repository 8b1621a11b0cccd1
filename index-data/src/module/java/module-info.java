/** Data sets, judgements and measures of ranking. */
module io.curlew.data {
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.databind;
  requires static transitive org.jspecify;

  exports io.curlew.data;
  exports io.curlew.data.eval;
  exports io.curlew.data.file;
  exports io.curlew.data.model;
}
