package io.curlew.demo.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.anchor.RankingProfile;
import io.curlew.testing.Bounds;
import io.curlew.testing.Mutations;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * Bodies of requests that are damaged: a question within the limits, or status 400 and one short
 * message. {@link io.curlew.demo.ParserFuzzTest} says how to run a million.
 */
class RequestBodyFuzzTest {

  private static final Bounds BOUNDS = new Bounds();
  private static final Set<String> FIELDS =
      Set.of("query", "method", "firstStage", "profile", "budget", "k", "id");

  @AfterContainer
  static void report() {
    System.out.print(BOUNDS);
  }

  @Provide
  Arbitrary<byte[]> bodies() {
    var seeds =
        Mutations.texts(
            "{\"query\": \"a small boat\", \"budget\": 5, \"k\": 10}",
            "{\"query\":\"caf\u00e9 \\u00e9\\n\ud83d\ude00\",\"method\":\"fixed\",\"firstStage\":"
                + "\"bm25\",\"profile\":\"learned\"}",
            "{\"query\": \"x\", \"method\": \"latent\", \"firstStage\": \"hybrid\", \"id\":"
                + " \"w1\"}",
            "{\"query\": [[{\"a\": null}]], \"budget\": 1e999, \"k\": -0.5, \"id\": true}");
    return Arbitraries.randomValue(random -> Mutations.of(seeds, bytes -> bytes, random));
  }

  @Property(shrinking = ShrinkingMode.OFF)
  void requestBody(@ForAll("bodies") byte[] input) throws Exception {
    Limits limits = Limits.DEFAULT;
    BOUNDS.hold(
        "request body",
        input.length,
        () -> {
          try {
            RequestBody body = RequestBody.read(input, FIELDS);
            Question question = Question.of(body, limits);
            assertFalse(question.query().isBlank());
            assertTrue(question.query().length() <= limits.queryLength());
            assertTrue(question.request(limits, RankingProfile.NONE).budget() <= limits.budget());
            assertTrue(question.k() >= 1 && question.k() <= limits.k());
            assertTrue(body.text("id").length() <= input.length);
          } catch (ApiException e) {
            assertEquals(400, e.status());
            String message = String.valueOf(e.getMessage());
            assertTrue(message.length() > 10 && message.length() < 300, message);
          }
        });
  }
}
