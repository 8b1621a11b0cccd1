package io.curlew.cur;

import java.io.IOException;

class HybridSearchTest extends FreeSearchContract {

  @Override
  SearchMethod method() {
    return new HybridSearch();
  }

  @Override
  int[] firstStage(SearchSpace space, int k, int budget) throws IOException {
    return FirstStage.hybrid(space, scores.documents()).documents();
  }
}
