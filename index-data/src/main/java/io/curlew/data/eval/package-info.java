/**
 * Evaluation of rankings: runs, judgements, measures, tests of paired differences, and the
 * calibration of expected recall.
 *
 * <p>Knows nothing of engines, models or collections, and depends on {@code io.curlew.data.file}
 * alone. Start reading at {@link io.curlew.data.eval.Evaluation}, which scores a {@link
 * io.curlew.data.eval.Run} against {@link io.curlew.data.eval.Judgements} with one of the {@link
 * io.curlew.data.eval.Measures}; two methods are compared by a {@link
 * io.curlew.data.eval.PairedTest}.
 */
@NullMarked
package io.curlew.data.eval;

import org.jspecify.annotations.NullMarked;
