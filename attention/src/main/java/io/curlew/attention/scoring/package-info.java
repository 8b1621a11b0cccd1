/**
 * Interaction models run by DJL: token-level late interaction over any text-embedding model in ONNX
 * form or an encoder of {@code io.curlew.attention.bert}, and cross-encoders on the latter.
 *
 * <p>Start reading at {@link io.curlew.attention.scoring.LateInteractionModel}, the scorer that an
 * index is built with. Below it, {@link io.curlew.attention.scoring.TokenEncoder} turns texts into
 * token vectors and {@link io.curlew.attention.scoring.MaxSim} turns token vectors into scores;
 * each can be used by itself. {@link io.curlew.attention.scoring.CrossEncoderModel} reads query and
 * document together; {@link io.curlew.attention.scoring.ExportedCrossEncoder} does so by a model
 * that was exported elsewhere.
 *
 * <p>Of the rest of the project this package knows {@link io.curlew.cur.model.InteractionModel},
 * {@code io.curlew.attention} and {@code io.curlew.attention.bert}. Anything may depend on it. The
 * DJL engine {@code OnnxRuntime} is looked up by name and has to be on the class path at run time,
 * and so has {@code PyTorch} for encoders of {@code io.curlew.attention.bert}.
 *
 * <p>DJL looks for cloud metadata and reports usage unless told not to: set {@code
 * OPT_OUT_TRACKING=true} in the environment and {@code -Dai.djl.offline=true} on the command line.
 * For fast scores start the JVM with {@code --add-modules jdk.incubator.vector}; without it a plain
 * Java kernel is used, which is correct and more than ten times slower.
 */
@NullMarked
package io.curlew.attention.scoring;

import org.jspecify.annotations.NullMarked;
