package io.curlew.solr;

import org.apache.solr.common.SolrException;
import org.apache.solr.common.SolrException.ErrorCode;
import org.apache.solr.common.params.SolrParams;
import org.apache.solr.request.SolrQueryRequest;
import org.jspecify.annotations.Nullable;

/** Reads a parser's parameters; one that is out of range is status 400, with rule and value. */
final class LocalParams {

  static final int DEFAULT_BUDGET = 200;

  private final SolrParams params;

  LocalParams(SolrParams params) {
    this.params = params;
  }

  /** The search that the parameters {@code f}, {@code v}, {@code budget} and so on ask for. */
  CurSearch search(@Nullable String query, int depth, SolrQueryRequest request) {
    if (query == null || query.isBlank()) {
      throw bad("query must not be blank, got: \"" + (query == null ? "" : query) + '"');
    }
    String field = params.get("f");
    if (field == null) {
      throw bad("f must name an anchor field, got: none");
    }
    CurSearch.type(request.getSchema(), field);
    int budget = atLeastOne("budget", DEFAULT_BUDGET);
    double minRecall = minRecall();
    return new CurSearch(field, query.strip(), budget, depth, minRecall);
  }

  int atLeastOne(String name, int missing) {
    String value = params.get(name);
    int number;
    try {
      number = value == null ? missing : Integer.parseInt(value.strip());
    } catch (NumberFormatException e) {
      throw bad(name + " must be a whole number, got: " + value);
    }
    if (number < 1) {
      throw bad(name + " must be at least 1, got: " + number);
    }
    return number;
  }

  private double minRecall() {
    String value = params.get("minRecall");
    double number;
    try {
      number = value == null ? 1 : Double.parseDouble(value.strip());
    } catch (NumberFormatException e) {
      throw bad("minRecall must be a number, got: " + value);
    }
    if (!(number > 0 && number <= 1)) {
      throw bad("minRecall must be in (0, 1], got: " + number);
    }
    return number;
  }

  static SolrException bad(String message) {
    return new SolrException(ErrorCode.BAD_REQUEST, message);
  }
}
