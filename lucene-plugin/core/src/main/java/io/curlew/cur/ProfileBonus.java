package io.curlew.cur;

import io.curlew.cur.anchor.RankingProfile;
import java.io.IOException;

/** What a ranking profile adds to the scores of documents of a search. */
public final class ProfileBonus {

  private ProfileBonus() {}

  /** The sums of weighted features of documents, in their order; 0 for all without a profile. */
  public static float[] of(SearchSpace space, RankingProfile profile, int[] documents)
      throws IOException {
    if (profile.isNone() || documents.length == 0) {
      return new float[documents.length];
    }
    Covariates covariates = new Covariates(space);
    return covariates.bonus(profile, covariates.of(space.rows(documents)));
  }
}
