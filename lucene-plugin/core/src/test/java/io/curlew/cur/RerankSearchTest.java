package io.curlew.cur;

class RerankSearchTest extends SearchMethodContract {

  @Override
  SearchMethod method() {
    return new RerankSearch();
  }
}
