package io.curlew.cur;

class ExactSearchTest extends SearchMethodContract {

  @Override
  SearchMethod method() {
    return new ExactSearch();
  }

  @Override
  int limit(int budget) {
    return scores.documents();
  }
}
