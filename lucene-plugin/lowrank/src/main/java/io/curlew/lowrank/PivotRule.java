package io.curlew.lowrank;

/** Which column a QR factorisation takes next. */
interface PivotRule {

  /** Columns as they come: an unpivoted QR. */
  PivotRule NATURAL =
      new PivotRule() {
        @Override
        public int next(int step, double[] norms, double threshold) {
          return step;
        }

        @Override
        public boolean needsNorms() {
          return false;
        }
      };

  /** The longest residual column, the first of equals. */
  PivotRule LONGEST = (step, norms, threshold) -> Matrices.argMax(norms);

  /** The given columns in their order, leaving out those that are within the threshold already. */
  static PivotRule inOrder(int[] order) {
    return new PivotRule() {
      private int at;

      @Override
      public int next(int step, double[] norms, double threshold) {
        while (at < order.length && norms[order[at]] <= threshold) {
          at++;
        }
        return at < order.length ? order[at++] : -1;
      }
    };
  }

  /**
   * The next column, or -1 if there is none.
   *
   * @param norms of the residual columns; -1 for those that are taken
   * @param threshold a residual column of at most this norm is small enough
   */
  int next(int step, double[] norms, double threshold);

  /** Whether the norms have to be kept up to date. */
  default boolean needsNorms() {
    return true;
  }
}
