package io.curlew.lucene.rows;

import java.io.IOException;
import java.util.Arrays;

/** Scores divided by the best of their list: no query's are larger than another's. */
public final class RelativeScores implements FeatureScores {

  private final FeatureScores scores;
  private float best; // 0 until it is known

  /** Divides scores. */
  public RelativeScores(FeatureScores scores) {
    this.scores = scores;
  }

  @Override
  public int[] list(int n) throws IOException {
    int[] list = scores.list(n);
    if (best == 0 && list.length > 0) {
      best = scores.of(Arrays.copyOf(list, 1))[0];
    }
    return list;
  }

  @Override
  public float[] of(int[] documents) throws IOException {
    if (best == 0) {
      list(1);
    }
    float[] values = scores.of(documents);
    for (int i = 0; i < values.length && best > 0; i++) {
      values[i] /= best;
    }
    return values;
  }
}
