/**
 * Anchors, latent queries and budgeted search; knows no engine and no model.
 *
 * <p>An {@link io.curlew.cur.model.InteractionModel} scores a query and a document jointly, so that
 * nothing can be looked up for a new query. What can be kept is how a document scores against a few
 * hundred <em>anchor queries</em>: its <em>anchor row</em>. A new query is, to a good
 * approximation, a combination of the anchors: once some documents have been scored for it exactly,
 * the combination can be fitted to their rows, and every other document estimated from its row. The
 * flow of a search, which {@link io.curlew.cur.AdaptiveSearch} reads like:
 *
 * <ol>
 *   <li>The engine, seen through {@link io.curlew.cur.Candidates}, names the best documents of a
 *       cheap first stage. A quarter of the budget goes to exact scores of the best of them ({@link
 *       io.curlew.cur.ScoredDocuments}, {@link io.curlew.cur.CallBudget}).
 *   <li>{@link io.curlew.cur.QueryFit} fits what is known: {@link io.curlew.cur.fit.Prior}, a line
 *       in first-stage and mean anchor score; {@link io.curlew.cur.fit.RidgeEstimator}, the linear
 *       form, which an engine can scan for; and {@link io.curlew.cur.fit.KernelRegression}, which
 *       bends where the linear form cannot, on the {@link io.curlew.cur.Shortlist} that the scan
 *       gave. Later scans look at the documents that the first fit leaves, where the first stage
 *       helps.
 *   <li>The best estimates not scored yet are scored, and so on, six rounds, until the budget or
 *       the time is spent or enough of the top is expected to be found ({@link
 *       io.curlew.cur.fit.RecallEstimate}).
 *   <li>One ranking: by exact score where there is one, else by estimate.
 * </ol>
 *
 * <p>{@link io.curlew.cur.anchor.AnchorSet} is what an index is bound to: the anchor queries, the
 * model that scored them, and {@link io.curlew.cur.anchor.AnchorStatistics} of a sample, in whose
 * metric documents are compared. {@link io.curlew.cur.anchor.AnchorFile} is its file. {@link
 * io.curlew.cur.FixedAnchors} is the older scheme with anchor documents chosen offline.
 *
 * <p>The engines and the models depend on this package. It depends on {@code io.curlew.lowrank},
 * EJML for decompositions, and Caffeine for the {@link io.curlew.cur.model.ScoreCache}.
 */
@NullMarked
package io.curlew.cur;

import org.jspecify.annotations.NullMarked;
