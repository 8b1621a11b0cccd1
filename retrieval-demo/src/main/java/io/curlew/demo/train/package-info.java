/**
 * Training of a cross-encoder on judged training queries, in rounds on its own mistakes, and the
 * study of its learning rate.
 *
 * <p>Depends on {@code io.curlew.demo.index} for models, data sets and the index that is searched
 * for mistakes. Start reading at {@link io.curlew.demo.train.CrossEncoderTraining}.
 */
@NullMarked
package io.curlew.demo.train;

import org.jspecify.annotations.NullMarked;
