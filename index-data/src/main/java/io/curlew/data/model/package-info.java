/**
 * The weights and tokenizers of models in Maven artifacts, and the adapters of the trained
 * cross-encoder and of the encoder of long texts among the resources.
 *
 * <p>Only opens files; what runs a model is elsewhere. Depends on {@code io.curlew.data.file}
 * alone. Start reading at {@link io.curlew.data.model.ModelFiles}.
 */
@NullMarked
package io.curlew.data.model;

import org.jspecify.annotations.NullMarked;
