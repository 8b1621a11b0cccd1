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
 *   <li>The engine, seen through {@link io.curlew.cur.SearchSpace}, names the best documents of a
 *       cheap first stage. A quarter of the budget goes to exact scores of the best of them ({@link
 *       io.curlew.cur.ScoredDocuments}).
 *   <li>{@link io.curlew.cur.QueryFit} fits what is known, by the fits of {@code
 *       io.curlew.cur.fit}: a prior, a line in first-stage and mean anchor score; the linear form,
 *       a {@link io.curlew.cur.anchor.LatentQuery}, which an engine can scan for; and the kernel
 *       form, which bends where the linear form cannot, on the {@link io.curlew.cur.Shortlist} that
 *       the scan gave. Later scans look at the documents that the first fit leaves, where the first
 *       stage helps.
 *   <li>The best estimates not scored yet are scored, and so on, six rounds, until the budget or
 *       the time is spent or enough of the top is expected to be found.
 *   <li>One ranking: by exact score where there is one, else by estimate.
 * </ol>
 *
 * <p>Every {@link io.curlew.cur.SearchMethod}, ours and its rivals, is written on {@link
 * io.curlew.cur.ScoredDocuments}, which spends the budget, keeps what is known and makes the
 * ranking; an engine implements {@link io.curlew.cur.SearchSpace}, with the help of {@link
 * io.curlew.cur.BestScores}. {@link io.curlew.cur.FixedAnchors} is the older scheme with anchor
 * documents chosen offline.
 *
 * <p>The engines depend on this package. It depends on {@code io.curlew.cur.fit}, {@code .anchor}
 * and {@code .model}, which depend on each other in this order.
 */
@NullMarked
package io.curlew.cur;

import org.jspecify.annotations.NullMarked;
