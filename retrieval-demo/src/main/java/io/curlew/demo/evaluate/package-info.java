/**
 * Measures methods and budgets on an index: exact scores, runs of every method, what follows from
 * them, and the report as table, JSON, CSV and HTML.
 *
 * <p>Depends on {@code io.curlew.demo.index}, on {@code io.curlew.demo.rivals}, and on {@code
 * io.curlew.data.eval} for measures and tests. Start reading at {@link
 * io.curlew.demo.evaluate.Evaluator}.
 */
@NullMarked
package io.curlew.demo.evaluate;

import org.jspecify.annotations.NullMarked;
