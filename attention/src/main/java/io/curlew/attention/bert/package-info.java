/**
 * A BERT encoder whose layers attend exactly or by Nystrom's method, each as told, and the import
 * of pretrained weights into it.
 *
 * <p>Start reading at {@link io.curlew.attention.bert.BertEncoder}; {@link
 * io.curlew.attention.bert.Pretrained} reads weights from ONNX and safetensors files. DJL's own
 * {@code BertBlock} cannot hold pretrained BERT: it normalises by batch and has other residuals.
 *
 * <p>Depends on {@code io.curlew.attention}, {@code .array} and DJL's API; {@code .scoring} and
 * {@code .training} depend on it. The engine {@code PyTorch} has to be on the class path at run
 * time.
 */
@NullMarked
package io.curlew.attention.bert;

import org.jspecify.annotations.NullMarked;
