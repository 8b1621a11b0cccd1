package io.curlew.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.testing.Mutations;
import io.curlew.testing.Seeds;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Damaged requests, byte by byte, to a running server: each is answered in time, none makes the
 * server fail, and good ones are answered after them. {@code -Dcurlew.http.fuzz=50000} for the
 * proof (some minutes).
 */
class HttpFuzzTest {

  private static final int REQUESTS = Integer.getInteger("curlew.http.fuzz", 300);
  private static final int MOST_MILLIS = 5_000;
  private static final String GOOD = post("/api/search", "{\"query\": \"a boat\", \"budget\": 5}");

  private static final List<byte[]> SEEDS =
      Mutations.texts(
          GOOD,
          post("/api/explain", "{\"query\": \"a boat\", \"budget\": 5, \"id\": \"wn-1\"}"),
          post("/api/exact", "{\"query\": 7}"),
          "POST /api/search HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
              + "Accept: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"
              + "10\r\n{\"query\": \"a boa\r\n10\r\nt\", \"budget\": 5}\r\n0\r\n\r\n",
          get("/"),
          get("/?query=a%20boat&k=5#top"),
          get("/api/index"),
          get("/api/anchors?debug=%31&debug=2"),
          get("/api/examples") + get("/openapi.yaml"),
          "OPTIONS * HTTP/1.1\r\nHost: [::1]:80\r\nCookie: a=\"b; c\"\r\nRange: bytes=0-9,2-\r\n"
              + "Expect: 100-continue\r\nUpgrade: h2c\r\nIf-None-Match: \"x\"\r\n\r\n");

  private static ServedWordNet served;

  private static String post(String path, String body) {
    return "POST "
        + path
        + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n"
        + "Content-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  private static String get(String target) {
    return "GET " + target + " HTTP/1.1\r\nHost: localhost:8080\r\nAccept: */*;q=0.5\r\n\r\n";
  }

  @BeforeAll
  static void start() throws IOException {
    served = ServedWordNet.start();
  }

  @AfterAll
  static void stop() throws IOException {
    served.close();
  }

  @Test
  void damagedRequestsAreAnswered() throws IOException {
    Random random = Seeds.random();
    Map<String, Integer> answers = new TreeMap<>();
    long longest = 0;
    for (int i = 0; i < REQUESTS; i++) {
      byte[] request = Mutations.of(SEEDS, bytes -> bytes, random);
      long start = System.nanoTime();
      String answer = exchange(request);
      long millis = (System.nanoTime() - start) / 1_000_000;
      longest = Math.max(longest, millis);
      String shown = new String(request, StandardCharsets.ISO_8859_1) + "\n--> " + answer;
      assertTrue(millis < MOST_MILLIS, millis + " ms: " + shown);
      String status = answer.length() < 12 ? "closed" : answer.substring(9, 12);
      assertTrue(status.matches("closed|[1-4]..|501|505"), shown);
      answers.merge(status, 1, Integer::sum);
      if (i % 100 == 99) {
        assertEquals("HTTP/1.1 200", exchange(SEEDS.getFirst()).substring(0, 12));
      }
    }
    System.out.printf(
        Locale.ROOT,
        "HTTP requests: %d, answers by status: %s, the longest took %d ms%n",
        REQUESTS,
        answers,
        longest);
  }

  private static String exchange(byte[] request) throws IOException {
    URI address = URI.create(served.server.address());
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    try (Socket socket = new Socket(address.getHost(), address.getPort())) {
      socket.setSoTimeout(2 * MOST_MILLIS);
      try {
        socket.getOutputStream().write(request);
        socket.shutdownOutput(); // nothing more comes, whatever the request has announced
        socket.getInputStream().transferTo(answer);
      } catch (java.net.SocketTimeoutException e) {
        throw e;
      } catch (IOException e) {
        // closed by the server, which had read enough: what came is the answer
      }
    }
    return answer.toString(StandardCharsets.ISO_8859_1);
  }
}
