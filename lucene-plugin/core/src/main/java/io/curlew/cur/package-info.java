/**
 * Anchors, latent queries and budgeted search; knows no engine and no model.
 *
 * <p>Start reading at {@link io.curlew.cur.AdaptiveSearch}: it asks an engine, seen through {@link
 * io.curlew.cur.Candidates}, for first-stage documents, calls the {@link
 * io.curlew.cur.InteractionModel} for exact scores within a budget, fits them onto the anchor rows
 * with {@link io.curlew.cur.RidgeEstimator}, and scans for the best estimates. {@link
 * io.curlew.cur.AnchorSet} is what an index is bound to. The engines and the models depend on this
 * package; it depends on the JDK only.
 */
@NullMarked
package io.curlew.cur;

import org.jspecify.annotations.NullMarked;
