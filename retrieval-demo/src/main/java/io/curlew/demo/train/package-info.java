/**
 * Training of the cross-encoder on WordNet, and the study of its learning rate: examples with hard
 * negatives, the best rate by trying, and its plot.
 *
 * <p>Depends on {@code io.curlew.demo.index} for models and data sets. Start reading at {@link
 * io.curlew.demo.train.TrainingSet}.
 */
@NullMarked
package io.curlew.demo.train;

import org.jspecify.annotations.NullMarked;
