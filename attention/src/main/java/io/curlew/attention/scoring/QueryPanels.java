package io.curlew.attention.scoring;

import java.util.List;

/**
 * Queries as a kernel reads them: the vectors of all content tokens, one query after the other, in
 * panels of the kernel's width. Within a panel, value {@code i} of all its tokens lies together.
 */
final class QueryPanels {

  private final MaxSimKernel kernel;
  private final int dimension;
  private final int panels;
  private final float[] values;

  /** First token of each query, and the end of the last. */
  private final int[] starts;

  private QueryPanels(MaxSimKernel kernel, int dimension, int[] starts) {
    this.kernel = kernel;
    this.dimension = dimension;
    this.starts = starts;
    int width = kernel.panelWidth();
    this.panels = Math.ceilDiv(starts[starts.length - 1], width);
    this.values = new float[Math.multiplyExact(Math.multiplyExact(panels, width), dimension)];
  }

  static QueryPanels pack(List<EncodedText> queries, MaxSimKernel kernel) {
    int[] starts = new int[queries.size() + 1];
    for (int query = 0; query < queries.size(); query++) {
      EncodedText text = queries.get(query);
      if (text.contentTokens() == 0) {
        throw new IllegalArgumentException(
            "a query must have at least 1 token that is not special, got: 0 in query " + query);
      }
      starts[query + 1] = Math.addExact(starts[query], text.contentTokens());
    }
    int dimension = queries.isEmpty() ? 0 : queries.get(0).dimension();
    QueryPanels result = new QueryPanels(kernel, dimension, starts);
    for (int query = 0; query < queries.size(); query++) {
      result.fill(queries.get(query), starts[query]);
    }
    return result;
  }

  private void fill(EncodedText text, int start) {
    MaxSim.requireDimension(dimension, text);
    int width = kernel.panelWidth();
    float[] vectors = text.vectors();
    int column = start;
    for (int token = 0; token < text.tokens(); token++) {
      if (text.isSpecial(token)) {
        continue;
      }
      int to = offset(column / width) + column % width;
      for (int i = 0; i < dimension; i++) {
        values[to + i * width] = vectors[token * dimension + i];
      }
      column++;
    }
  }

  MaxSimKernel kernel() {
    return kernel;
  }

  int queries() {
    return starts.length - 1;
  }

  int dimension() {
    return dimension;
  }

  int panels() {
    return panels;
  }

  /** Tokens with the padding of the last panel. */
  int paddedTokens() {
    return panels * kernel.panelWidth();
  }

  float[] values() {
    return values;
  }

  int offset(int panel) {
    return panel * kernel.panelWidth() * dimension;
  }

  /** First token of a query; the next query's first token is its end. */
  int start(int query) {
    return starts[query];
  }
}
