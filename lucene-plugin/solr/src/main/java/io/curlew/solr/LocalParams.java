package io.curlew.solr;

import io.curlew.cur.anchor.RankingProfile;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.solr.common.SolrException;
import org.apache.solr.common.SolrException.ErrorCode;
import org.apache.solr.common.params.SolrParams;
import org.apache.solr.request.SolrQueryRequest;
import org.apache.solr.search.QParser;
import org.apache.solr.search.SyntaxError;
import org.jspecify.annotations.Nullable;

/** Reads a parser's parameters; one that is out of range is status 400, with rule and value. */
final class LocalParams {

  static final int DEFAULT_BUDGET = 200;

  /** The name of a feature that has none of its own. */
  static final String QUERY = "query";

  private static final String FEATURE = "feature.";

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
    RankingProfile learned =
        CurSearch.type(request.getSchema(), field).anchors().learned().profile();
    return new CurSearch(
        field,
        query.strip(),
        budget(CurComponent.of(request.getCore()).maxBudget()),
        depth,
        minRecall(),
        method(),
        profile(learned));
  }

  private int budget(int most) {
    int budget = atLeastOne("budget", Math.min(DEFAULT_BUDGET, most));
    if (budget > most) {
      throw bad("budget must be at most " + most + ", got: " + budget);
    }
    return budget;
  }

  private CurMethod method() {
    String value = params.get("method", "adaptive");
    for (CurMethod method : CurMethod.values()) {
      if (method.name().toLowerCase(Locale.ROOT).equals(value)) {
        return method;
      }
    }
    throw bad("method must be adaptive, latent, rerank or fixed, got: " + value);
  }

  private RankingProfile profile(RankingProfile learned) {
    String value = params.get("profile", "none");
    return switch (value) {
      case "none" -> RankingProfile.NONE;
      case "learned" -> {
        if (learned.isNone()) {
          throw bad("profile must be none where the anchor file has learned none, got: learned");
        }
        yield learned;
      }
      default -> throw bad("profile must be none or learned, got: " + value);
    };
  }

  /**
   * The queries that the parameters {@code feature.NAME} give, in their order.
   *
   * @param taken names that are not free
   */
  List<CurFeature> features(QParser parser, String... taken) throws SyntaxError {
    List<CurFeature> features = new ArrayList<>();
    Set<String> names = new HashSet<>(List.of(taken));
    for (Iterator<String> all = params.getParameterNamesIterator(); all.hasNext(); ) {
      String parameter = all.next();
      boolean query = parameter.equals("firstStage");
      if (query || parameter.startsWith(FEATURE)) {
        String name = query ? QUERY : parameter.substring(FEATURE.length());
        if (name.isEmpty() || !names.add(name)) {
          throw bad("features must have different names, got: \"" + name + "\" in " + parameter);
        }
        Query of = parser.subQuery(params.get(parameter), null).getQuery();
        features.add(new CurFeature(name, of == null ? new MatchNoDocsQuery() : of));
      }
    }
    return features;
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
