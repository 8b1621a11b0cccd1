/**
 * Training of a cross-encoder on judged training queries, in rounds on its own mistakes, the study
 * of its learning rate, and teaching an encoder to read long texts.
 *
 * <p>Depends on {@code io.curlew.demo.index} for models, data sets and the index that is searched
 * for mistakes. Start reading at {@link io.curlew.demo.train.CrossEncoderTraining} or {@link
 * io.curlew.demo.train.EncoderDistillation}.
 */
@NullMarked
package io.curlew.demo.train;

import org.jspecify.annotations.NullMarked;
