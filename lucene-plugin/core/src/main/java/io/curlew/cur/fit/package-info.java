/**
 * Fits of a query's exact scores: {@link io.curlew.cur.fit.Prior}, a line in first-stage and mean
 * anchor score; {@link io.curlew.cur.fit.RidgeEstimator}, the linear form, which an engine can scan
 * for; {@link io.curlew.cur.fit.KernelRegression}, which bends where the linear form cannot; and
 * {@link io.curlew.cur.fit.RecallEstimate}, how much of the top they are expected to have found.
 *
 * <p>Numbers in, numbers out: knows no documents and no engine. For this project only; the search
 * in {@code io.curlew.cur} is its user.
 */
@NullMarked
package io.curlew.cur.fit;

import org.jspecify.annotations.NullMarked;
