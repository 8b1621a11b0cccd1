package io.curlew.cur.model;

import java.io.Serial;

/** A model has as many calls under way as it is allowed, some of which may never end. */
public final class ModelBusyException extends IllegalStateException {

  @Serial private static final long serialVersionUID = 1L;

  ModelBusyException(int most) {
    super("calls of the model under way must be at most " + most + ", and none has ended yet");
  }
}
