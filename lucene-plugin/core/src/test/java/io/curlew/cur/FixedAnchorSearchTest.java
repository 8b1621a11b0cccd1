package io.curlew.cur;

class FixedAnchorSearchTest extends SearchMethodContract {

  @Override
  SearchMethod method() {
    return new FixedAnchorSearch(42);
  }
}
