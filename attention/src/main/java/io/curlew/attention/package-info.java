/**
 * Attention that is linear in the number of tokens, as functions on arrays and as DJL blocks.
 *
 * <p>Start reading at {@link io.curlew.attention.NystromKernel}, the function, and {@link
 * io.curlew.attention.NystromOptions}, what can be chosen. {@link
 * io.curlew.attention.NystromAttention} is the block with projections around it. {@code
 * io.curlew.attention.bert} has an encoder built on it, {@code io.curlew.attention.scoring}
 * interaction models.
 *
 * <p>Below it, {@code io.curlew.attention.nystrom} has the method itself, on arrays without
 * padding, and {@code io.curlew.attention.array} what is needed of DJL's arrays. Beyond those this
 * package knows DJL's API and nothing of the project. The engine {@code PyTorch} has to be on the
 * class path at run time: {@code ai.djl.pytorch:pytorch-engine}, {@code pytorch-jni} and {@code
 * pytorch-native-cpu} with the classifier of the platform.
 *
 * <p>For even speed, set {@code OMP_WAIT_POLICY=PASSIVE} in the environment: where a core is busy
 * with something else, OpenMP threads that spin while they wait make small products ten times
 * slower. DJL looks for cloud metadata and reports usage unless told not to: set {@code
 * OPT_OUT_TRACKING=true} in the environment and {@code -Dai.djl.offline=true} on the command line.
 */
@NullMarked
package io.curlew.attention;

import org.jspecify.annotations.NullMarked;
