package io.curlew.cur;

import java.io.IOException;

class LatentSearchTest extends FreeSearchContract {

  @Override
  SearchMethod method() {
    return new LatentSearch();
  }

  @Override
  int[] firstStage(SearchSpace space, int k, int budget) throws IOException {
    return FirstStage.expected(space, scores.documents()).documents();
  }
}
