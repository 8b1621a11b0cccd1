package io.curlew.attention.remote;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import io.curlew.attention.scoring.InteractionModelContract;
import io.curlew.attention.scoring.LateInteractionModel;
import io.curlew.attention.scoring.LateInteractionOptions;
import io.curlew.attention.scoring.MiniLm;
import io.curlew.cur.model.InteractionModel;
import io.curlew.cur.model.ModelUnavailableException;
import io.curlew.testing.AllowedHere;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Over HTTP to MiniLM late interaction on this machine: the contract, and faults. */
@AllowedHere // the only server that the JDK has
class RemoteModelTest extends InteractionModelContract {

  private static final int CALLS = Integer.getInteger("remote.calls", 200);
  private static final String QUERY = "a bird at the river";

  private final InteractionModel local;
  private final RerankServer server;

  RemoteModelTest() throws Exception {
    local =
        LateInteractionModel.open(MiniLm.INT8, MiniLm.TOKENIZER, LateInteractionOptions.defaults());
    server = new RerankServer(local);
  }

  @AfterAll
  void stop() throws Exception {
    server.close();
    local.close();
  }

  @AfterEach
  void noFaultIsLeft() {
    server.millis = 0;
    assertTrue(server.faults.isEmpty());
  }

  @Override
  protected InteractionModel open() {
    return open(RemoteFormat.RERANK);
  }

  @Override
  protected InteractionModel openDifferent() {
    return RemoteModel.open(
        server.address(RemoteFormat.RERANK), RemoteOptions.of(RemoteFormat.RERANK, "another"));
  }

  private RemoteModel open(RemoteFormat format) {
    return RemoteModel.open(
        server.address(format),
        RemoteOptions.of(format, "minilm")
            .withBatch(7, 3)
            .withTimeout(Duration.ofSeconds(20), 2)
            .withToken("a secret"));
  }

  private static List<String> documents(int count) {
    return IntStream.range(0, count)
        .mapToObj(d -> "bird number " + d + " of \"river\" \u00e9 \ud83d\udc26\n")
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  void scoresAreThoseOfTheLocalModel(RemoteFormat format) throws Exception {
    List<String> queries = List.of(QUERY, "dawn");
    List<String> documents = documents(40);
    try (RemoteModel model = open(format)) {
      float[][] scores = model.score(queries, documents);
      float[][] expected = local.score(queries, documents);
      for (int q = 0; q < expected.length; q++) {
        assertArrayEquals(expected[q], scores[q], 1e-6f);
      }
      assertEquals(0, model.score(List.of(QUERY), List.of())[0].length);
      assertEquals(0, model.score(List.of(), documents).length);
    }
  }

  @Test
  void requestsOverlapAsManyAsThereMayBe() throws Exception {
    server.mostUnderWay.set(0);
    server.millis = 100;
    try (RemoteModel model = open(RemoteFormat.RERANK)) {
      int before = server.requests.get();
      model.score(List.of(QUERY), documents(40));
      assertEquals(6, server.requests.get() - before, "40 documents, 7 a request");
      assertEquals(3, server.mostUnderWay.get());
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatPassesIsTriedAgain(RemoteFormat format) throws Exception {
    List<String> documents = documents(5);
    float[] expected = local.score(List.of(QUERY), documents)[0];
    try (RemoteModel model = open(format)) {
      for (int status : new int[] {429, 500, 502, 503, 504}) {
        server.faults.add(RerankServer.status(status));
        assertArrayEquals(expected, model.score(List.of(QUERY), documents)[0], 1e-6f);
      }
      server.faults.add(
          (exchange, results) -> {
            exchange.getResponseHeaders().add("Retry-After", "1");
            RerankServer.answer(exchange, 429, "");
            return true;
          });
      long start = System.nanoTime();
      assertArrayEquals(expected, model.score(List.of(QUERY), documents)[0], 1e-6f);
      assertTrue(System.nanoTime() - start > 900_000_000L, "it waits as the server says");
      server.faults.add(cutOff());
      server.faults.add(cutOff());
      assertArrayEquals(expected, model.score(List.of(QUERY), documents)[0], 1e-6f);
    }
  }

  /** An answer that ends before it should. */
  private static RerankServer.Fault cutOff() {
    return (exchange, results) -> {
      byte[] bytes = results.toString().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes, 0, bytes.length / 2);
      exchange.getResponseBody().flush();
      return true;
    };
  }

  @Test
  void whatDoesNotPassIsAnErrorThatSaysWhat() throws Exception {
    Map<String, Consumer<JsonArray>> wrong =
        Map.of(
            "as many as the documents, 5, got: 4",
            results -> results.remove(0),
            "below 5, and new, got: 7",
            results -> results.get(2).getAsJsonObject().addProperty("index", 7),
            "and new, got: ",
            results -> results.get(2).getAsJsonObject().add("index", index(results, 1)),
            "relevance_score must be finite, got: Infinity",
            results -> results.get(2).getAsJsonObject().addProperty("relevance_score", 1e300),
            "must answer in its format",
            results -> results.get(2).getAsJsonObject().remove("relevance_score"));
    try (RemoteModel model = open(RemoteFormat.RERANK)) {
      wrong.forEach(
          (message, change) -> {
            server.faults.add(RerankServer.results(change));
            refused(model, message);
          });
      for (int status : new int[] {400, 401, 404, 413}) {
        server.faults.add(RerankServer.status(status));
        refused(model, "200, got: " + status);
      }
      for (int i = 0; i < 3; i++) {
        server.faults.add(RerankServer.status(503));
      }
      refused(model, "200, got: 503");
    }
  }

  private static JsonElement index(JsonArray results, int i) {
    return results.get(i).getAsJsonObject().get("index");
  }

  private static void refused(RemoteModel model, String message) {
    ModelUnavailableException e =
        assertThrows(
            ModelUnavailableException.class, () -> model.score(List.of(QUERY), documents(5)));
    assertTrue(String.valueOf(e.getMessage()).contains(message), e.toString());
    assertFalse(e.toString().contains("secret"), e.toString());
  }

  @Test
  void anAnswerThatTakesTooLongIsGivenUp() {
    server.millis = 600;
    RemoteOptions hasty =
        RemoteOptions.of(RemoteFormat.TEXTS, "minilm").withTimeout(Duration.ofMillis(50), 1);
    try (RemoteModel model = RemoteModel.open(server.address(RemoteFormat.TEXTS), hasty)) {
      refused(model, "HttpTimeoutException");
    }
  }

  @Test
  void theTokenIsSentAndNeverShown() {
    server.tokens.clear();
    RemoteOptions options = RemoteOptions.of(RemoteFormat.RERANK, "minilm").withToken("a secret");
    try (RemoteModel model = RemoteModel.open(server.address(RemoteFormat.RERANK), options)) {
      model.score(List.of(QUERY), documents(3));
      assertEquals(List.of("Bearer a secret"), server.tokens);
      assertFalse((model + model.fingerprint() + options).contains("secret"));
    }
  }

  @Test
  void nothingIsLeftAfterManyCalls() throws Exception {
    Set<Thread> before = threads();
    try (RemoteModel model = open(RemoteFormat.TEXTS)) {
      for (int i = 0; i < CALLS; i++) {
        model.score(List.of(QUERY), documents(1));
      }
    }
    Set<Thread> left = threads();
    left.removeAll(before);
    for (Thread thread : left) {
      thread.join(Duration.ofSeconds(10));
    }
    left.removeIf(thread -> !thread.isAlive());
    assertEquals(Set.of(), left);
  }

  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().matches("(remote-model|HttpClient).*"))
        .collect(Collectors.toCollection(HashSet::new));
  }

  @Test
  void aConfigurationOpensIt() throws Exception {
    String address = server.address(RemoteFormat.RERANK) + "#minilm";
    Map<String, String> arguments = Map.of("address", address, "batch", "2", "token", "PATH");
    server.tokens.clear();
    int before = server.requests.get();
    try (InteractionModel model = new RemoteFactory().open(arguments)) {
      assertEquals("remote:RERANK:minilm", model.fingerprint());
      assertEquals(5, model.score(List.of(QUERY), documents(5))[0].length);
    }
    assertEquals(3, server.requests.get() - before);
    assertEquals("Bearer " + System.getenv("PATH"), server.tokens.getFirst());
    String texts = server.address(RemoteFormat.TEXTS) + "#minilm";
    try (RemoteModel model = RemoteFactory.open(texts, null)) {
      assertEquals("remote:TEXTS:minilm", model.fingerprint());
    }
    for (Map<String, String> bad :
        List.of(
            Map.<String, String>of(),
            Map.of("address", "http://localhost/rerank"),
            Map.of("address", "http://a host/rerank#m"),
            Map.of("address", address, "batch", "many"),
            Map.of("address", address, "token", "CURLEW_NO_SUCH_VARIABLE"),
            Map.of("address", address, "model", "minilm"))) {
      assertThrows(IllegalArgumentException.class, () -> new RemoteFactory().open(bad));
    }
  }

  @Test
  void badAddressesAndOptionsAreRefused() {
    RemoteOptions options = RemoteOptions.of(RemoteFormat.RERANK, "minilm");
    for (String address : List.of("ftp://host/rerank", "host/rerank", "http:///rerank")) {
      assertThrows(
          IllegalArgumentException.class, () -> RemoteModel.open(URI.create(address), options));
    }
    for (Runnable bad :
        List.<Runnable>of(
            () -> RemoteOptions.of(RemoteFormat.RERANK, " "),
            () -> options.withBatch(0, 1),
            () -> options.withBatch(1, 0),
            () -> options.withTimeout(Duration.ZERO, 1),
            () -> options.withTimeout(Duration.ofSeconds(1), -1))) {
      assertThrows(IllegalArgumentException.class, bad::run);
    }
  }
}
