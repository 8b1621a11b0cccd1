/**
 * Training on the PyTorch engine: low-rank adapters on a cross-encoder or an encoder, and what
 * Adam's learning rate should be for another batch size or epsilon.
 *
 * <p>Start reading at {@link io.curlew.attention.training.FineTuning}, the loop with checkpoints
 * and a held-out score, which takes the gradients of an {@link
 * io.curlew.attention.training.Objective} and the steps of {@link
 * io.curlew.attention.training.Adam}. There are two objectives: {@link
 * io.curlew.attention.training.RankingGradient}, a listwise loss of the cross-encoder that {@link
 * io.curlew.attention.training.LowRankTuning} has made, and {@link
 * io.curlew.attention.training.Distillation}, by which an encoder learns to attend more cheaply.
 *
 * <p>What the learning rate of a step should be is measured by {@link
 * io.curlew.attention.training.LearningRateProbe} and told by {@link
 * io.curlew.attention.training.LearningRateCurve}; {@link
 * io.curlew.attention.training.LearningRateLaw} is the article's law, of known constants or of
 * those of {@link io.curlew.attention.training.LearningRateLawEstimate}.
 *
 * <p>Knows {@code io.curlew.attention}, {@code .array}, {@code .bert} and {@code .scoring}; none of
 * them knows it.
 */
@NullMarked
package io.curlew.attention.training;

import org.jspecify.annotations.NullMarked;
