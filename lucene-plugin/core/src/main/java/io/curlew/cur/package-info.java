/**
 * Search within a budget of exact scores; knows no engine and no model. Start here.
 *
 * <p>An {@link io.curlew.cur.model.InteractionModel} scores a query and a document jointly, so that
 * nothing can be looked up for a new query. What can be kept is how a document scores against a few
 * hundred <em>anchor queries</em>: its <em>anchor row</em>. A new query is, to a good
 * approximation, a combination of the anchors: once some documents have been scored for it exactly,
 * the combination can be fitted to their rows, and every other document estimated from its row. The
 * flow of a search, which {@link io.curlew.cur.AdaptiveSearch} reads like:
 *
 * <ol>
 *   <li>The engine, seen through {@link io.curlew.cur.SearchSpace}, lists the best documents of
 *       some features, such as BM25; {@link io.curlew.cur.FirstStage} makes one list of them, by
 *       what was learned on the anchors' own scores. A quarter of the budget, or more where it is
 *       small, goes to exact scores of the best of it ({@link io.curlew.cur.ScoredDocuments}).
 *   <li>{@link io.curlew.cur.QueryFit} fits what is known, by the fits of {@code
 *       io.curlew.cur.fit}: a prior in the {@link io.curlew.cur.Covariates}, which are features,
 *       the learned latent query and the mean anchor score; the linear form, a {@link
 *       io.curlew.cur.anchor.LatentQuery}, which an engine can scan for where that pays; and the
 *       kernel form, which bends where the linear form cannot, on the {@link
 *       io.curlew.cur.Shortlist}.
 *   <li>The documents not scored yet that are worth most are scored: the best estimates, and the
 *       head of the list where its documents turn out better than estimated. And so on, six rounds
 *       at most, until the budget or the time is spent or enough of the top is expected to be
 *       found.
 *   <li>One ranking: by exact score where there is one, else by estimate, and what a {@link
 *       io.curlew.cur.anchor.RankingProfile} adds to either.
 * </ol>
 *
 * <p>Every {@link io.curlew.cur.SearchMethod}, ours and its rivals, is written on {@link
 * io.curlew.cur.ScoredDocuments}, which spends the budget, keeps what is known and makes the
 * ranking; an engine implements {@link io.curlew.cur.SearchSpace}, with the help of {@link
 * io.curlew.cur.BestScores}. {@link io.curlew.cur.FixedAnchors} is the older scheme with anchor
 * documents chosen offline.
 *
 * <p>Where documents are on many machines, {@code io.curlew.cur.shards} is the space of all of
 * them.
 *
 * <p>The engines depend on this package. It depends on {@code io.curlew.cur.fit}, {@code .anchor}
 * and {@code .model}, which depend on each other in this order; {@code io.curlew.cur.learn} and
 * {@code .shards} depend on it.
 */
@NullMarked
package io.curlew.cur;

import org.jspecify.annotations.NullMarked;
