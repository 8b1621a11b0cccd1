package io.curlew.attention.bert;

/** How a table of learned positions is made longer than it was trained. */
public enum PositionExtension {
  /**
   * Positions beyond the last start again from the second (Beltagy et al., Longformer, 2020, with
   * the first left to [CLS]). Texts within the trained length are encoded as before.
   */
  REPEAT {
    @Override
    float[] extend(float[] table, int width, int from, int to) {
      float[] extended = new float[to * width];
      for (int row = 0; row < to; row++) {
        int source =
            row < from ? row : Math.min(1, from - 1) + (row - from) % Math.max(1, from - 1);
        System.arraycopy(table, source * width, extended, row * width, width);
      }
      return extended;
    }
  },
  /**
   * The table is stretched linearly, ends onto ends. Moves the positions of all texts, so it is for
   * models that are fine-tuned afterwards.
   */
  INTERPOLATE {
    @Override
    float[] extend(float[] table, int width, int from, int to) {
      float[] extended = new float[to * width];
      for (int row = 0; row < to; row++) {
        double at = to == 1 ? 0 : (double) row * (from - 1) / (to - 1);
        int lower = Math.min((int) at, from - 1);
        int upper = Math.min(lower + 1, from - 1);
        double share = at - lower;
        for (int i = 0; i < width; i++) {
          extended[row * width + i] =
              (float) ((1 - share) * table[lower * width + i] + share * table[upper * width + i]);
        }
      }
      return extended;
    }
  };

  /**
   * Extends a table.
   *
   * @param table row-major (from, width)
   * @param from rows trained, at least 1
   * @param to rows wanted, at least {@code from}
   * @return row-major (to, width)
   */
  abstract float[] extend(float[] table, int width, int from, int to);
}
