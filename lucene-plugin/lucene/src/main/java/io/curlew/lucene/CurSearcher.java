package io.curlew.lucene;

import io.curlew.cur.Estimates;
import io.curlew.cur.Hit;
import io.curlew.cur.SearchMethod;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import io.curlew.cur.SearchSpace;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.IncompatibleIndexException;
import io.curlew.cur.anchor.LatentMap;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.cur.anchor.Learned;
import io.curlew.cur.anchor.RankingProfile;
import io.curlew.cur.anchor.RecallCalibration;
import io.curlew.cur.learn.AnchorLearning;
import io.curlew.cur.learn.CallLearning;
import io.curlew.cur.learn.ProfileLearning;
import io.curlew.cur.model.InteractionModel;
import io.curlew.cur.model.QueryTooLongException;
import io.curlew.lucene.rows.DocumentIds;
import io.curlew.lucene.rows.FeatureScores;
import io.curlew.lucene.rows.HitExplanation;
import io.curlew.lucene.rows.IndexView;
import io.curlew.lucene.rows.LuceneSearchSpace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.util.FixedBitSet;
import org.jspecify.annotations.Nullable;

/**
 * Searches one point-in-time view of an index by the methods of {@code io.curlew.cur}. The work of
 * a scan runs on the executor that the {@code IndexSearcher} was given. Immutable and safe for use
 * by several threads; memory is one bit per document, and 4 bytes and a bit per document for each
 * search under way, 8 while a first stage asks its fallback.
 */
public final class CurSearcher {

  private static final int MOST_JUDGED = 600;

  private final IndexView view;
  private final FixedBitSet searchable;

  private CurSearcher(IndexView view, FixedBitSet searchable) {
    this.view = view;
    this.searchable = searchable;
  }

  /** Searches an index whose texts are stored in the schema's text field. */
  public static CurSearcher open(IndexSearcher searcher, CurSchema schema, AnchorSet anchors)
      throws IOException {
    return open(searcher, schema, anchors, DocumentText.stored(schema.text()));
  }

  /**
   * Searches an index. Opening does not read the rows: whether a byte of them has changed on disk
   * says {@link org.apache.lucene.index.LeafReader#checkIntegrity} of every segment, which reads
   * all files once. Merging does so by itself.
   *
   * @throws IncompatibleIndexException if a segment holds rows of other anchors
   */
  public static CurSearcher open(
      IndexSearcher searcher, CurSchema schema, AnchorSet anchors, DocumentText text)
      throws IOException {
    DocumentIds ids =
        new DocumentIds(searcher.getIndexReader(), schema.id(), DocumentIds.Format.TEXT);
    IndexView view =
        new IndexView(
            searcher, schema.anchors(), anchors, ids, documents -> text.of(searcher, documents));
    return new CurSearcher(view, view.searchable());
  }

  /**
   * The same view searched by the same anchors that differ in what was learned, or in the model
   * that answers queries.
   *
   * @throws IncompatibleIndexException if they are other anchors
   */
  public CurSearcher withAnchors(AnchorSet anchors) throws IOException {
    return new CurSearcher(view.withAnchors(anchors), searchable);
  }

  /** The number of documents that can be found. */
  public int documentCount() {
    return searchable.cardinality();
  }

  /** The documents that can be found, by their numbers in the index, ascending. */
  public int[] documents() {
    return IndexView.documents(searchable);
  }

  /**
   * Documents chosen at random, the same for the same seed whatever the layout of the index: n of
   * them, or all if there are fewer.
   */
  public int[] sample(int n, long seed) throws IOException {
    return view.sample(n, seed, searchable);
  }

  /** The external ids of documents. */
  public List<String> ids(int[] documents) throws IOException {
    return view.ids(documents);
  }

  /** The texts of documents, as the model reads them. */
  public List<String> texts(int[] documents) throws IOException {
    return view.texts(documents);
  }

  /** The values of the anchor rows of documents, {@code [documents][dimensions]}. */
  public float[][] rows(int[] documents) throws IOException {
    return view.rows().values(documents);
  }

  /** The searcher underneath. */
  public IndexSearcher indexSearcher() {
    return view.searcher();
  }

  /** The anchors of the index. */
  public AnchorSet anchors() {
    return view.anchors();
  }

  /**
   * Searches all documents.
   *
   * @param features the first stage
   * @throws IncompatibleIndexException if the model is not the query model of the anchors
   */
  public SearchResult search(
      SearchMethod method, List<Feature> features, InteractionModel model, SearchRequest request)
      throws IOException {
    return search(method, features, ofTexts(model), request);
  }

  /** The same where exact scores come from elsewhere than a model that reads texts. */
  public SearchResult search(
      SearchMethod method, List<Feature> features, DocumentScorer scorer, SearchRequest request)
      throws IOException {
    return method.search(space(request.query(), features, scorer, null), request);
  }

  /**
   * The documents that may answer one query.
   *
   * @param features the first stage, each of another name
   * @param model of exact scores
   * @param filter only documents that match it, or null for all
   * @throws IncompatibleIndexException if the model is not the query model of the anchors
   */
  public SearchSpace space(
      String query, List<Feature> features, InteractionModel model, @Nullable Query filter)
      throws IOException {
    return luceneSpace(query, features, ofTexts(model), filter);
  }

  /** The same where exact scores come from elsewhere than a model that reads texts. */
  public SearchSpace space(
      String query, List<Feature> features, DocumentScorer scorer, @Nullable Query filter)
      throws IOException {
    return luceneSpace(query, features, scorer, filter);
  }

  private DocumentScorer ofTexts(InteractionModel model) {
    return DocumentScorer.of((searcher, documents) -> view.texts(documents), model);
  }

  LuceneSearchSpace luceneSpace(
      String query, List<Feature> features, DocumentScorer scorer, @Nullable Query filter)
      throws IOException {
    LuceneSearchSpace.checkQueryModel(anchors(), scorer.fingerprint());
    FixedBitSet accepted = accepted(filter);
    Map<String, FeatureScores> scores = new LinkedHashMap<>();
    for (Feature feature : features) {
      if (scores.put(feature.name(), feature.of(view, query, accepted)) != null) {
        throw new IllegalArgumentException(
            "features must have different names, twice: " + feature.name());
      }
    }
    return view.space(accepted, scores, scorer.of(view.searcher(), query));
  }

  /**
   * Learns from the anchor queries' own scores, see {@link AnchorLearning}: to be kept with the
   * anchors, {@link AnchorSet#withLearned}. Calls no model.
   *
   * @param features the ones that searches will have
   * @param progress is told after every anchor query
   */
  public Learned learn(List<Feature> features, long seed, Runnable progress) throws IOException {
    return AnchorLearning.learn(anchors(), new IndexedAnchors(this, features), seed, progress);
  }

  /**
   * Learns a ranking profile from judged training queries, see {@link ProfileLearning}. Calls no
   * model. To be asked of a searcher whose anchors have what {@link #learn} gave.
   *
   * @param judgements for texts of queries, external ids and grades; queries that are no anchors
   *     count up to {@value #MOST_JUDGED} of them
   */
  public ProfileLearning.Outcome learnProfile(
      List<Feature> features, Map<String, Map<String, Integer>> judgements) throws IOException {
    Map<String, Integer> numbers = numbers();
    IndexedAnchors anchorQueries = new IndexedAnchors(this, features);
    Map<Integer, Map<Integer, Integer>> byAnchor = new TreeMap<>();
    List<ProfileLearning.JudgedQuery> others = new ArrayList<>();
    for (Map.Entry<String, Map<String, Integer>> judged : judgements.entrySet()) {
      Map<Integer, Integer> grades = grades(judged.getValue(), numbers);
      int anchor = anchors().queries().indexOf(judged.getKey());
      if (grades.isEmpty()) {
        continue;
      }
      if (anchor >= 0) {
        byAnchor.put(anchor, grades);
      } else if (others.size() < MOST_JUDGED) {
        SearchSpace space = anchorQueries.space(judged.getKey());
        others.add(new ProfileLearning.JudgedQuery(space, grades));
      }
    }
    return ProfileLearning.learn(anchors(), anchorQueries, byAnchor, others);
  }

  /**
   * Learns for a query model that is not the anchors', see {@link CallLearning}: from its scores of
   * some documents for each of some training queries. To be kept with the anchors, {@link
   * AnchorSet#withLearned}.
   *
   * @param features the ones that searches will have
   * @param queries texts that are no anchors, with external ids and grades of judged documents, or
   *     none; those that are too long for the model are passed over
   * @param calls of the model for each of them
   * @param seed of the choice of documents
   * @param progress is told after every query, and every anchor
   */
  public Learned learn(
      List<Feature> features,
      InteractionModel model,
      Map<String, Map<String, Integer>> queries,
      int calls,
      long seed,
      Runnable progress)
      throws IOException {
    IndexedAnchors anchorQueries = new IndexedAnchors(this, features);
    LatentMap map = AnchorLearning.latentMap(anchors(), anchorQueries, seed, progress);
    Learned mapOnly = new Learned(null, map, RecallCalibration.NONE, RankingProfile.NONE);
    CurSearcher withMap = withAnchors(anchors().withLearned(mapOnly));
    Map<String, Integer> numbers = numbers();
    List<CallLearning.Scored> scored = new ArrayList<>();
    for (Map.Entry<String, Map<String, Integer>> query : queries.entrySet()) {
      try {
        SearchSpace space = withMap.space(query.getKey(), features, model, null);
        int[] documents = CallLearning.draw(space, calls, seed);
        float[] scores = model.score(List.of(query.getKey()), texts(documents))[0];
        scored.add(
            new CallLearning.Scored(space, documents, scores, grades(query.getValue(), numbers)));
      } catch (QueryTooLongException e) {
        // One that cannot be searched for has nothing to say.
      }
      progress.run();
    }
    return scored.isEmpty() ? mapOnly : CallLearning.learn(map, scored);
  }

  /** The numbers of documents by external id. */
  private Map<String, Integer> numbers() throws IOException {
    int[] documents = documents();
    List<String> ids = ids(documents);
    Map<String, Integer> numbers = HashMap.newHashMap(documents.length);
    for (int i = 0; i < documents.length; i++) {
      numbers.put(ids.get(i), documents[i]);
    }
    return numbers;
  }

  /** The relevant documents that are here. */
  private static Map<Integer, Integer> grades(
      Map<String, Integer> judged, Map<String, Integer> numbers) {
    Map<Integer, Integer> grades = new HashMap<>();
    judged.forEach(
        (id, grade) -> {
          Integer number = numbers.get(id);
          if (grade > 0 && number != null) {
            grades.put(number, grade);
          }
        });
    return grades;
  }

  /**
   * The documents with the highest estimates of many latent queries, such as those of {@link
   * io.curlew.cur.FixedAnchors}: one pass over the rows serves up to 128 of them, which costs a
   * small part of as many searches. Calls no model. Memory: some megabytes, and 16 bytes for each
   * of n and each query of a pass.
   *
   * @param n so many documents for each, best first, or all if there are fewer
   * @return for each latent query numbers of the index and estimates
   * @throws IllegalArgumentException if a latent query is not of these anchors
   */
  public List<Estimates> top(List<LatentQuery> latents, int n) throws IOException {
    if (n < 1) {
      throw new IllegalArgumentException("n must be at least 1, got: " + n);
    }
    return view.top(latents, n);
  }

  /**
   * Says where the score of a hit comes from: exact or estimated, in which round, the prior, the
   * anchors that contribute most to the linear form, and the ranking profile. Makes no model call.
   *
   * @param space of the search
   * @param result of the search, with the hit
   */
  public Explanation explain(SearchSpace space, SearchResult result, Hit hit) throws IOException {
    LatentQuery estimate = result.estimate();
    float[] row = estimate == null ? new float[0] : rows(new int[] {hit.document()})[0];
    return HitExplanation.of(anchors(), hit, List.of(), estimate, row);
  }

  /** The documents that can be found and match a filter, or all that can be found. */
  FixedBitSet accepted(@Nullable Query filter) throws IOException {
    return filter == null ? searchable : view.matching(filter);
  }

  /** The rows of a random sample of some documents. */
  float[][] sampleRows(int n, long seed, FixedBitSet of) throws IOException {
    return rows(view.sample(n, seed, of));
  }
}
