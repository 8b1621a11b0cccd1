/**
 * Fits of a query's exact scores: {@link io.curlew.cur.fit.Prior}, a weighted sum of features and
 * mean anchor score; {@link io.curlew.cur.fit.RidgeEstimator}, the linear form, which an engine can
 * scan for; and {@link io.curlew.cur.fit.KernelRegression}, which bends where the linear form
 * cannot. {@link io.curlew.cur.fit.Outlook} and {@link io.curlew.cur.fit.Surprises} say how high
 * what was not scored may score, {@link io.curlew.cur.fit.RecallEstimate} how much of the top is
 * expected to be found.
 *
 * <p>Numbers in, numbers out: knows no documents and no engine. For this project only; the search
 * in {@code io.curlew.cur} and what is learned in {@code io.curlew.cur.learn} are its users. It
 * depends on {@code io.curlew.cur.anchor}, for statistics.
 */
@NullMarked
package io.curlew.cur.fit;

import org.jspecify.annotations.NullMarked;
