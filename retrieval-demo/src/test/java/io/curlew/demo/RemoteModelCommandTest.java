package io.curlew.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.curlew.attention.scoring.LateInteractionModel;
import io.curlew.attention.scoring.LateInteractionOptions;
import io.curlew.demo.index.Models;
import io.javalin.Javalin;
import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An index whose model is behind an address, which then is gone. */
class RemoteModelCommandTest {

  @TempDir private Path directory;

  @Test
  void aRerankerBehindAnAddressIsAModelAsAnyOther() throws Exception {
    Path data = SmallDataset.write(directory.resolve("data"));
    Path local = directory.resolve("local");
    Path remote = directory.resolve("remote");
    AtomicInteger scored = new AtomicInteger();
    try (LateInteractionModel model = Models.lateInteraction(LateInteractionOptions.defaults())) {
      Javalin server = server(model, scored);
      try {
        String address = "http://localhost:" + server.port() + "/v1/rerank";
        index(data, local, Models.LATE_INTERACTION);
        index(data, remote, address + "#minilm");
        JsonNode expected = search(local);
        int before = scored.get();
        JsonNode found = search(remote);
        assertEquals(64, scored.get() - before, "every call was one of the server");
        assertTrue(found.get("complete").asBoolean());
        for (int i = 0; i < 10; i++) { // of everything scored exactly
          JsonNode hit = found.get("hits").get(i);
          JsonNode same = expected.get("hits").get(i);
          assertEquals(same.get("id"), hit.get("id"));
          assertEquals(same.get("score").asDouble(), hit.get("score").asDouble(), 1e-5);
        }
        CommandRun.refused(
            "# and the model's name",
            "index",
            "--dataset",
            data.toString(),
            "--index",
            file("none"),
            "--model",
            address);
      } finally {
        server.stop();
      }
      JsonNode found = search(remote);
      assertEquals("unavailable", found.get("stop").asText());
      assertEquals(false, found.get("complete").asBoolean());
    }
  }

  private static Javalin server(LateInteractionModel model, AtomicInteger scored) {
    return Javalin.create(
            config -> {
              config.startup.showJavalinBanner = false;
              config.routes.post("/v1/rerank", context -> answer(context, model, scored));
            })
        .start("localhost", 0);
  }

  private static void answer(Context context, LateInteractionModel model, AtomicInteger scored)
      throws IOException {
    JsonNode request = new ObjectMapper().readTree(context.body());
    List<String> documents = new ArrayList<>();
    request.get("documents").forEach(document -> documents.add(document.asText()));
    scored.addAndGet(documents.size());
    float[] scores = model.score(List.of(request.get("query").asText()), documents)[0];
    List<Map<String, Object>> results = new ArrayList<>();
    for (int i = 0; i < scores.length; i++) {
      results.add(Map.of("index", i, "relevance_score", scores[i]));
    }
    context.contentType("application/json");
    context.result(new ObjectMapper().writeValueAsString(Map.of("results", results)));
  }

  private static void index(Path data, Path index, String model) {
    assertEquals(
        0,
        Curlew.run(
            "index",
            "--dataset",
            data.toString(),
            "--index",
            index.toString(),
            "--anchors",
            "12",
            "--model",
            model));
  }

  private static JsonNode search(Path index) throws IOException {
    PrintStream before = System.out;
    ByteArrayOutputStream captured = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(captured, true, StandardCharsets.UTF_8));
      String[] search = {
        "search", "--index", index.toString(), "--budget", "64", "--json", "stone"
      };
      assertEquals(0, Curlew.run(search));
    } finally {
      System.setOut(before);
    }
    return new ObjectMapper().readTree(captured.toString(StandardCharsets.UTF_8));
  }

  private String file(String name) {
    return directory.resolve(name).toString();
  }
}
