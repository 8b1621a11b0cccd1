package io.curlew.demo;

import io.curlew.attention.scoring.LateInteractionModel;
import io.curlew.attention.scoring.LateInteractionOptions;
import io.curlew.data.ModelFiles;
import java.io.IOException;

/** Interaction models by the name that the command line gives them. */
final class Models {

  static final String LATE_INTERACTION = "late-interaction";

  private Models() {}

  static LateInteractionModel open(String name, LateInteractionOptions options) throws IOException {
    if (!name.equals(LATE_INTERACTION)) {
      throw new BadInputException(
          "--model must be " + LATE_INTERACTION + " in this version, got: " + name);
    }
    ModelFiles files = ModelFiles.miniLmInt8();
    return LateInteractionModel.open(files::openModel, files::openTokenizer, options);
  }
}
