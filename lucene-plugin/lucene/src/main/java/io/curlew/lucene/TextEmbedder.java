package io.curlew.lucene;

import java.util.List;

/** Turns a text, query or document, into one vector whose dot products rank. */
@FunctionalInterface
public interface TextEmbedder {

  /** The vectors of texts: {@code [texts][dimensions]}. */
  float[][] embed(List<String> texts);
}
