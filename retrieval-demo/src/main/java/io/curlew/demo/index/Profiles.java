package io.curlew.demo.index;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.RankingProfile;
import io.curlew.demo.console.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Ranking profiles by the name that the command line gives them. */
public final class Profiles {

  /** The model's score alone. */
  public static final String NONE = "none";

  /** What the index has learned. */
  public static final String LEARNED = "learned";

  public static final String DESCRIPTION =
      "What the ranking adds to the model's score: none, learned, or a JSON file of weights by"
          + " feature; ${DEFAULT-VALUE}.";

  private Profiles() {}

  /**
   * A profile.
   *
   * @param name {@value #NONE}, {@value #LEARNED} or a file such as {@code {"bm25": 0.2}}
   */
  public static RankingProfile of(String name, AnchorSet anchors) throws IOException {
    return switch (name) {
      case NONE -> RankingProfile.NONE;
      case LEARNED -> anchors.learned().profile();
      default -> read(Path.of(name));
    };
  }

  private static RankingProfile read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new BadInputException(
          "--profile must be " + NONE + ", " + LEARNED + " or a file, got: " + file);
    }
    try {
      Map<String, Double> weights =
          new ObjectMapper().readValue(file.toFile(), new TypeReference<>() {});
      return new RankingProfile(weights);
    } catch (JsonProcessingException | IllegalArgumentException | NullPointerException e) {
      throw new BadInputException(
          "profile must be a JSON object of weights by feature, got: " + file);
    }
  }
}
