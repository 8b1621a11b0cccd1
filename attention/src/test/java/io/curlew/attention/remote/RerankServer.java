package io.curlew.attention.remote;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.curlew.cur.model.InteractionModel;
import io.curlew.testing.AllowedHere;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A re-ranker over HTTP in both formats, over a model that is here: {@code /v1/rerank} and {@code
 * /rerank}. Results come in any order, as a server may give them. Faults are put in a queue; each
 * request takes one.
 */
@AllowedHere // the only server that the JDK has
final class RerankServer implements AutoCloseable {

  /** Does something else than answering; whether that was all. */
  @AllowedHere
  interface Fault {
    boolean instead(HttpExchange exchange, JsonArray results) throws Exception;
  }

  private final InteractionModel model;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Random random = new Random(1);
  private final AtomicInteger underWay = new AtomicInteger();

  final ConcurrentLinkedDeque<Fault> faults = new ConcurrentLinkedDeque<>();
  final List<String> tokens = Collections.synchronizedList(new ArrayList<>());
  final AtomicInteger requests = new AtomicInteger();
  final AtomicInteger mostUnderWay = new AtomicInteger();
  volatile int millis; // that each answer waits

  RerankServer(InteractionModel model) throws IOException {
    this.model = model;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  URI address(RemoteFormat format) {
    String path = format == RemoteFormat.RERANK ? "/v1/rerank" : "/rerank";
    return URI.create("http://localhost:" + server.getAddress().getPort() + path);
  }

  private void handle(HttpExchange exchange) throws IOException {
    requests.incrementAndGet();
    mostUnderWay.accumulateAndGet(underWay.incrementAndGet(), Math::max);
    try (exchange) {
      tokens.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      Thread.sleep(millis);
      JsonArray results = results(exchange.getRequestURI().getPath(), body);
      Fault fault = faults.poll();
      if (fault == null || !fault.instead(exchange, results)) {
        answer(exchange, results);
      }
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    } finally {
      underWay.decrementAndGet();
    }
  }

  private JsonArray results(String path, String body) {
    JsonObject request = JsonParser.parseString(body).getAsJsonObject();
    boolean texts = path.equals("/rerank");
    List<String> documents = new ArrayList<>();
    request
        .getAsJsonArray(texts ? "texts" : "documents")
        .forEach(text -> documents.add(text.getAsString()));
    float[] scores = model.score(List.of(request.get("query").getAsString()), documents)[0];
    List<JsonObject> results = new ArrayList<>();
    for (int i = 0; i < scores.length; i++) {
      JsonObject result = new JsonObject();
      result.addProperty("index", i);
      result.addProperty(texts ? "score" : "relevance_score", scores[i]);
      results.add(result);
    }
    synchronized (random) {
      Collections.shuffle(results, random);
    }
    JsonArray array = new JsonArray();
    results.forEach(array::add);
    return array;
  }

  static void answer(HttpExchange exchange, JsonArray results) throws IOException {
    String body = results.toString();
    if (!exchange.getRequestURI().getPath().equals("/rerank")) {
      JsonObject object = new JsonObject();
      object.addProperty("id", "an answer");
      object.add("results", results);
      body = object.toString();
    }
    answer(exchange, 200, body);
  }

  static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  /** A refusal. */
  static Fault status(int status) {
    return (exchange, results) -> {
      answer(exchange, status, "{\"error\": \"no\"}");
      return true;
    };
  }

  /** Another wording of the results. */
  static Fault results(Consumer<JsonArray> change) {
    return (exchange, results) -> {
      change.accept(results);
      return false;
    };
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
