package io.curlew.demo.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Requests that break a rule, sent byte by byte: each is answered with its status and one clear
 * message, and the server still answers good ones.
 */
class BadRequestTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TYPE = "application/json";
  private static final String GOOD = "{\"query\": \"a small boat\", \"budget\": 5}";

  private static ServedWordNet served;

  private record Answer(int status, String headers, String body) {

    String message() throws IOException {
      JsonNode json = JSON.readTree(body);
      assertEquals(2, json.size(), body);
      assertEquals(status, json.get("status").asInt());
      return json.get("message").asText();
    }
  }

  @BeforeAll
  static void start() throws IOException {
    served = ServedWordNet.start();
  }

  @AfterAll
  static void stop() throws IOException {
    served.close();
  }

  @AfterEach
  void theServerStillAnswers() throws IOException {
    Answer answer = post("/api/search", TYPE, bytes(GOOD));
    assertEquals(200, answer.status(), answer.body());
    assertEquals(5, JSON.readTree(answer.body()).get("calls").asInt());
  }

  @Test
  void fieldsAreKnownAndOfTheirType() throws IOException {
    refused("budget must be a whole number between 1 and 2000, got: -5", "\"budget\": -5");
    refused("budget must be a whole number between 1 and 2000, got: 0", "\"budget\": 0");
    refused("budget must be a whole number", "\"budget\": 2147483648");
    refused("budget must be a whole number", "\"budget\": 1e999");
    refused("budget must be a whole number", "\"budget\": 12.5");
    refused("budget must be a whole number", "\"budget\": \"200\"");
    refused("budget must be a whole number", "\"budget\": null");
    refused("body must be JSON", "\"budget\": NaN");
    refused("body must be JSON", "\"budget\": Infinity");
    refused("k must be a whole number between 1 and 100, got: 101", "\"k\": 101");
    refused(
        "method must be one of [adaptive, latent, fixed, rerank], got: magic",
        "\"method\": \"magic\"");
    refused(
        "firstStage must be one of [hybrid, dense, bm25], got: ../bm25",
        "\"firstStage\": \"../bm25\"");
    refused("got: budgets", "\"budgets\": 10");
    refused("got: __proto__", "\"__proto__\": {}");
    refused("got: id", "\"id\": \"of another route\"");
    refused("Duplicate", "\"k\": 1, \"k\": 2");
  }

  @Test
  void queriesAreTextOfAnAllowedLength() throws IOException {
    refusedBody("query must be a string, got: none", "{}");
    refusedBody("query must be a string, got: [\"a\"]", "{\"query\": [\"a\"]}");
    refusedBody("query must be a string, got: 7", "{\"query\": 7}");
    refusedBody("query must not be blank", "{\"query\": \" \\t \"}");
    refusedBody("got: 1001", "{\"query\": \"" + "x".repeat(1001) + "\"}");
    refusedBody("512 tokens", "{\"query\": \"" + "?!".repeat(500) + "\"}");
    refusedBody("U+0000", "{\"query\": \"a\\u0000b\"}");
    refusedBody("U+001B", "{\"query\": \"a\\u001b[2Jb\"}");
    refusedBody("U+D800", "{\"query\": \"a\\ud800b\"}");
  }

  @Test
  void bodiesAreOneJsonObjectInUtf8() throws IOException {
    refusedBody("body must be JSON", "");
    refusedBody("body must be JSON", "not json");
    refusedBody("body must be JSON", GOOD + GOOD);
    refusedBody("body must be JSON", "{\"query\": \"a\"");
    refusedBody("body must be a JSON object, got: ARRAY", "[" + GOOD + "]");
    refusedBody("body must be a JSON object, got: STRING", "\"query\"");
    refusedBody("body must be JSON", "[".repeat(10_000));
    byte[] latin = "{\"query\": \"caf\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);
    assertEquals("body must be UTF-8, it is not", refused(400, latin));
    byte[] noise = new byte[10_000];
    new Random(7).nextBytes(noise);
    assertEquals("body must be UTF-8, it is not", refused(400, noise));
  }

  @Test
  void bodiesComeWhole() throws IOException {
    String chunks = head("POST", "/api/search", TYPE) + "Transfer-Encoding: chunked\r\n\r\n";
    for (String cut :
        List.of(
            head("POST", "/api/search", TYPE) + "Content-Length: 500\r\n\r\n" + GOOD,
            chunks + "10\r\n{\"query\": \"a bo",
            chunks + "10\r\n{\"query\": \"a boat\"}\r\n",
            chunks + "xyz\r\n")) {
      Answer answer = exchange(bytes(cut));
      assertEquals(400, answer.status(), cut);
      assertEquals("body must come whole, it does not", answer.message());
    }
  }

  @Test
  void hugeBodiesAreNotRead() throws IOException {
    String announced = refused(413, new byte[2_000_000]);
    assertEquals("body must have at most 16384 bytes, got: 2000000", announced);
    Answer only =
        exchange(
            bytes(head("POST", "/api/search", TYPE) + "Content-Length: 9999999999999\r\n\r\n{"));
    assertEquals(413, only.status());
    String chunk = "4000\r\n" + " ".repeat(0x4000) + "\r\n";
    Answer chunked =
        exchange(
            bytes(
                head("POST", "/api/search", TYPE)
                    + "Transfer-Encoding: chunked\r\n\r\n"
                    + chunk.repeat(20)
                    + "0\r\n\r\n"));
    assertEquals(413, chunked.status());
    assertTrue(chunked.message().contains("16384"), chunked.body());
  }

  @Test
  void bodiesSayThatTheyAreJson() throws IOException {
    for (String type :
        List.of(
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "text/json")) {
      Answer answer = post("/api/search", type, bytes(GOOD));
      assertEquals(415, answer.status());
      assertEquals("content type must be application/json, got: " + type, answer.message());
    }
    Answer none = post("/api/search", null, bytes(GOOD));
    assertEquals(415, none.status());
    assertEquals(200, post("/api/search", "Application/JSON;charset=utf-8", bytes(GOOD)).status());
  }

  @Test
  void methodsAndAddressesAreTheServersOwn() throws IOException {
    Answer method = exchange(bytes(head("GET", "/api/search", null) + "\r\n"));
    assertEquals(405, method.status());
    assertTrue(method.headers().contains("Allow: POST"), method.headers());
    assertEquals("method must be one of this address's, see /openapi.yaml", method.message());
    assertEquals(405, exchange(bytes(head("DELETE", "/api/index", null) + "\r\n")).status());
    assertEquals(405, exchange(bytes(head("PUT", "/", null) + "\r\n")).status());
    Answer lost = exchange(bytes(head("GET", "/api/nowhere", null) + "\r\n"));
    assertEquals(404, lost.status());
    assertEquals("address must be one of this server's, see /openapi.yaml", lost.message());
    Answer parameter = exchange(bytes(head("GET", "/api/index?debug=1", null) + "\r\n"));
    assertEquals(400, parameter.status());
    assertEquals("address must have no parameters, got: debug", parameter.message());
    Answer both = exchange(bytes(head("POST", "/api/search?budget=1", TYPE) + body(bytes(GOOD))));
    assertEquals(400, both.status());
    Answer endless = exchange(bytes(head("GET", "/" + "x".repeat(20_000), null) + "\r\n"));
    assertEquals(414, endless.status());
    assertEquals("request must be good HTTP: uri too long", endless.message());
    Answer nonsense = exchange(bytes("\u0001\u0002 nonsense\r\n\r\n"));
    assertEquals(400, nonsense.status());
    assertEquals("request must be good HTTP: bad request", nonsense.message());
  }

  @Test
  void addressesNeverBecomePaths() throws IOException {
    for (String path :
        List.of(
            "/../../../../etc/passwd",
            "/%2e%2e/%2e%2e/etc/passwd",
            "/..%2f..%2fetc%2fpasswd",
            "/web/../openapi.yaml/../../../pom.xml",
            "/style.css/../../Page.class",
            "//etc/passwd",
            "/Page.class",
            "/web/search.html")) {
      Answer answer = exchange(bytes(head("GET", path, null) + "\r\n"));
      assertTrue(answer.status() == 400 || answer.status() == 404, path + ": " + answer.status());
      assertFalse(answer.message().contains("root:"), answer.body());
    }
  }

  @Test
  void otherHostNamesAreRefused() throws IOException {
    Answer answer =
        exchange(
            bytes("GET /api/index HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"));
    assertEquals(403, answer.status());
    assertTrue(answer.message().endsWith("got: evil.example"), answer.body());
  }

  @Test
  void scriptInAQueryStaysText() throws IOException {
    String script = "<script>alert(1)</script><img src=x onerror=alert(2)>";
    String body = JSON.writeValueAsString(java.util.Map.of("query", script, "budget", 5));
    Answer answer = post("/api/search", TYPE, bytes(body));
    assertEquals(200, answer.status());
    assertTrue(answer.headers().contains("Content-Type: application/json"), answer.headers());
    assertTrue(answer.headers().contains("X-Content-Type-Options: nosniff"), answer.headers());
    assertEquals(script, JSON.readTree(answer.body()).at("/question/query").asText());

    Answer refused = post("/api/search", TYPE, bytes("{\"" + script + "\": 1}"));
    assertEquals(400, refused.status());
    assertTrue(refused.headers().contains("Content-Type: application/json"), refused.headers());
    Answer page = exchange(bytes(head("GET", "/?query=%3Cscript%3Ealert(1)", null) + "\r\n"));
    assertEquals(200, page.status());
    assertFalse(page.body().contains("alert"), "the page is a file, nothing is put into it");
    assertTrue(page.headers().contains("script-src 'self'"), page.headers());
    assertFalse(page.headers().contains("unsafe"), page.headers());
  }

  @Test
  void explanationsAreOfHits() throws IOException {
    String unknown = "{\"query\": \"a small boat\", \"budget\": 5, \"id\": \"nobody\"}";
    Answer answer = post("/api/explain", TYPE, bytes(unknown));
    assertEquals(400, answer.status());
    assertEquals("id must be that of a hit of this search, got: nobody", answer.message());
    assertEquals(400, post("/api/explain", TYPE, bytes(GOOD)).status());
    assertEquals(400, post("/api/exact", TYPE, bytes(GOOD)).status());
  }

  private static void refused(String message, String fields) throws IOException {
    refusedBody(message, "{\"query\": \"a small boat\", " + fields + "}");
  }

  private static void refusedBody(String message, String body) throws IOException {
    String said = refused(400, bytes(body));
    assertTrue(said.contains(message), said + " must hold: " + message);
    assertTrue(said.length() < 300 && said.lines().count() == 1, said);
  }

  private static String refused(int status, byte[] body) throws IOException {
    Answer answer = post("/api/search", TYPE, body);
    assertEquals(status, answer.status(), answer.body());
    return answer.message();
  }

  private static String head(
      String method, String path, @org.jspecify.annotations.Nullable String type) {
    return method
        + " "
        + path
        + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        + (type == null ? "" : "Content-Type: " + type + "\r\n");
  }

  private static String body(byte[] body) {
    return "Content-Length: "
        + body.length
        + "\r\n\r\n"
        + new String(body, StandardCharsets.ISO_8859_1);
  }

  private static Answer post(
      String path, @org.jspecify.annotations.Nullable String type, byte[] body) throws IOException {
    return exchange((head("POST", path, type) + body(body)).getBytes(StandardCharsets.ISO_8859_1));
  }

  private static Answer exchange(byte[] request) throws IOException {
    URI address = URI.create(served.server.address());
    try (Socket socket = new Socket(address.getHost(), address.getPort())) {
      socket.setSoTimeout(20_000);
      try {
        socket.getOutputStream().write(request);
        socket.shutdownOutput();
      } catch (IOException e) {
        // the server may answer and close before it has read everything
      }
      String answer = read(socket.getInputStream());
      int end = answer.indexOf("\r\n\r\n");
      assertTrue(end > 0, "an answer must come, got: " + answer);
      return new Answer(
          Integer.parseInt(answer.substring(9, 12)),
          answer.substring(0, end),
          answer.substring(end + 4));
    }
  }

  private static String read(InputStream in) throws IOException {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    try {
      in.transferTo(read);
    } catch (IOException e) {
      // reset by the server, which did not read everything: what came is the answer
    }
    return read.toString(StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
