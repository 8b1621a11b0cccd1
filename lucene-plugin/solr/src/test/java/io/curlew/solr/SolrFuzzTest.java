package io.curlew.solr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.cur.AdaptiveSearch;
import io.curlew.cur.Hit;
import io.curlew.cur.SearchMethod;
import io.curlew.cur.SearchRequest;
import io.curlew.cur.SearchResult;
import io.curlew.cur.anchor.AnchorFile;
import io.curlew.cur.anchor.AnchorSet;
import io.curlew.cur.anchor.LatentQuery;
import io.curlew.cur.shards.ShardedSearchSpace;
import io.curlew.cur.shards.Shards;
import io.curlew.testing.Bounds;
import io.curlew.testing.Mutations;
import io.curlew.testing.Seeds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.apache.solr.client.solrj.SolrServerException;
import org.apache.solr.client.solrj.request.ContentStreamUpdateRequest;
import org.apache.solr.client.solrj.request.QueryRequest;
import org.apache.solr.common.SolrException;
import org.apache.solr.common.params.ModifiableSolrParams;
import org.apache.solr.common.util.ContentStreamBase;
import org.apache.solr.common.util.NamedList;
import org.apache.solr.core.SolrCore;
import org.apache.solr.request.LocalSolrQueryRequest;
import org.apache.solr.request.SolrQueryRequest;
import org.apache.solr.schema.SchemaField;
import org.apache.solr.search.QParser;
import org.apache.solr.search.SyntaxError;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged parameters, updates and configurations of the plugin: they are taken, or refused as the
 * client's or the administrator's error, at once and without memory that a number asks for. {@code
 * -Dcurlew.solr.fuzz=50000} for the proof (some minutes).
 */
class SolrFuzzTest {

  private static final int WARM_UP = 60;
  private static final int INPUTS = Integer.getInteger("curlew.solr.fuzz", 100);
  private static final Bounds BOUNDS = new Bounds();
  private static final int DOCUMENTS = 1000;
  private static final String LOG = "root";
  private static final int SEARCH = 400_000; // as many bytes of input: a search takes some 26 MB
  private static final Set<Integer> CLIENTS = Set.of(400, 409);

  private static final String SHARD = "qt=/cur\nq={!cur f=anchors budget=5 v=boat}\ncur.plan=0\n";

  @TempDir static Path home;
  private static Samples samples;
  private static OneCore one;
  private static byte[] handout;
  private static final List<byte[]> QUESTIONS = new ArrayList<>();

  private final Random random = Seeds.random();

  @BeforeAll
  static void index() throws Exception {
    samples = Samples.wordNet(DOCUMENTS);
    one = OneCore.create(home, conf -> Samples.writeConfigset(conf, samples.anchors(1), 1));
    one.container.getLogging().setLogLevel(LOG, "OFF"); // every refusal would be logged
    one.server.add(samples.documents());
    one.server.commit();
    Hit hit = new Hit(samples.data.documents().getFirst().id(), 0, 1.5f, 1.5f, true, 1);
    LatentQuery estimate = new LatentQuery("", new float[Samples.ANCHORS], 0.5f);
    SearchResult result =
        new SearchResult(List.of(hit), 1, 0, 0, List.of(), SearchResult.Stop.BUDGET, estimate);
    for (String word : samples.queries(WARM_UP)) { // kernels not yet compiled allocate each vector
      one.server.query(
          parameters("q={!cur f=anchors v=$w}\nrq={!curRerank f=anchors v=$w}\nw=" + word));
    }
    handout = Packed.bytes(Handout.pack(result, new float[][] {{0.5f}}));
    SearchRequest request = SearchRequest.of("boat", 10, 100);
    SearchMethod method = new AdaptiveSearch();
    ShardedSearchSpace space =
        new ShardedSearchSpace(
            new RecordedShard(),
            samples.anchors(1),
            List.of(new ShardedSearchSpace.Feature("query", false)),
            method.opening(request),
            List.of());
    assertEquals(100, method.search(space, request).calls());
  }

  /** The core as the only shard of a search; keeps what it was asked. */
  private static final class RecordedShard implements Shards {
    @Override
    public int size() {
      return 1;
    }

    @Override
    public List<byte @Nullable []> ask(List<byte @Nullable []> questions) throws IOException {
      byte[] question = Objects.requireNonNull(questions.getFirst());
      QUESTIONS.add(question);
      ModifiableSolrParams params = parameters(SHARD + "cur.question=" + Packed.text(question));
      try {
        return List.of((byte[]) one.server.request(new QueryRequest(params)).get("answer"));
      } catch (SolrServerException e) {
        throw new IOException(e);
      }
    }
  }

  @AfterAll
  static void close() throws Exception {
    one.container.getLogging().setLogLevel(LOG, "ERROR");
    one.close();
    System.out.print(BOUNDS);
  }

  /** Takes one damaged input. */
  private interface Taker {
    void take(byte[] input) throws Exception;
  }

  private void fuzz(String parser, List<byte[]> seeds, Taker taker) throws Exception {
    for (int i = 0; i < INPUTS; i++) {
      byte[] input = Mutations.of(seeds, bytes -> bytes, random);
      try {
        BOUNDS.hold(parser, input.length + SEARCH, () -> taker.take(input));
      } catch (Throwable e) { // also memory that a number asks for
        boolean clients = e instanceof SolrException known && CLIENTS.contains(known.code());
        if (!clients && !(e instanceof SyntaxError) && concernsUs(e)) {
          throw new AssertionError("for " + shown(input), e);
        }
      }
    }
  }

  /** What Solr's own parsers make of their parameters is theirs. */
  private static boolean concernsUs(Throwable e) {
    StackTraceElement[] frames = e.getStackTrace();
    boolean outOfBounds =
        frames.length > 0 && frames[0].getClassName().equals(Bounds.class.getName());
    return outOfBounds
        || Arrays.stream(frames).anyMatch(SolrFuzzTest::isOurs)
        || (e.getCause() != null && concernsUs(e.getCause()));
  }

  private static boolean isOurs(StackTraceElement frame) {
    String name = frame.getClassName();
    return name.startsWith("io.curlew.")
        && !name.startsWith(SolrFuzzTest.class.getName())
        && !name.startsWith(Bounds.class.getName());
  }

  /** An input on one line, cut. */
  private static String shown(byte[] input) {
    String line = text(input).replace('\n', '|').replace('\0', '0');
    return line.substring(0, Math.min(300, line.length()));
  }

  private static String text(byte[] input) {
    return new String(input, StandardCharsets.UTF_8);
  }

  @Test
  void localParameters() throws Exception {
    List<byte[]> seeds =
        Mutations.texts(
            "{!cur f=anchors budget=200 topK=100 v=$text}",
            "{!cur f='anchors' minRecall=0.9 firstStage='text:(a b) OR id:7' v=\"a boat\"}",
            "{!curRerank f=anchors reRankDocs=1000 budget=20 v=$text}",
            "{!curRerank f=$field budget=$b}the words of a person");
    try (SolrCore core = one.container.getCore(OneCore.NAME)) {
      fuzz(
          "local params",
          seeds,
          input -> {
            Map<String, String[]> others = new HashMap<>();
            others.put("text", new String[] {"a small boat"});
            others.put("sort", new String[] {"score desc"});
            others.put("df", new String[] {"text"});
            try (SolrQueryRequest request = new LocalSolrQueryRequest(core, others)) {
              QParser.getParser(text(input), null, request).getQuery();
            }
          });
    }
  }

  @Test
  void requests() throws Exception {
    fuzz(
        "requests",
        Mutations.texts(
            "q={!cur f=anchors budget=9 topK=10 v=$text}\ntext=a small boat\nrows=10\n"
                + "fq=length_i:[* TO 40]",
            "q=text:boat\nrq={!curRerank f=anchors budget=9 reRankDocs=20 v=$text}\ntext=a boat\n"
                + "sort=score desc, id asc\ntimeAllowed=1000\nfl=id,score",
            "q={!cur f=anchors minRecall=0.5 firstStage='text:boat' v='x y'}\nstart=3\nrows=2",
            "q={!cur f=anchors budget=5 v=boat}\nisShard=true\ncur.hits.0=HANDOUT\n"
                + "cur.anchors.anchors=0123456789abcdef0123456789abcdef",
            "q={!cur f=anchors budget=5 v=boat}\nisShard=true\ncur.hits.0=HANDOUT",
            "q={!cur f=anchors budget=5 v=boat}\nisShard=true\ncur.hits.0=HANDOUT",
            SHARD + "cur.question=QUESTION",
            SHARD + "cur.question=QUESTION",
            SHARD + "cur.question=QUESTION"),
        input -> {
          ModifiableSolrParams params = parameters(input);
          if (!"/cur".equals(params.get("qt"))) {
            params.set("qt", "/select"); // others are Solr's
          }
          one.server.request(new QueryRequest(params));
        });
  }

  /** One line for each value; a handed-out result is damaged in its bytes. */
  private ModifiableSolrParams parameters(byte[] input) {
    ModifiableSolrParams params = parameters(text(input));
    for (String name : List.copyOf(params.getParameterNames())) {
      if ("HANDOUT".equals(params.get(name))) {
        byte[] damaged = Mutations.of(List.of(handout), bytes -> bytes, random);
        params.set(name, Packed.text(damaged));
      }
      if ("QUESTION".equals(params.get(name))) {
        params.set(name, Packed.text(Mutations.of(QUESTIONS, bytes -> bytes, random)));
      }
    }
    return params;
  }

  private static ModifiableSolrParams parameters(String lines) {
    ModifiableSolrParams params = new ModifiableSolrParams();
    for (String line : lines.split("\n", -1)) {
      String[] parts = line.split("=", 2);
      params.add(parts[0], parts.length == 1 ? "" : parts[1]);
    }
    return params;
  }

  @Test
  void updates() throws Exception {
    fuzz(
        "updates",
        Mutations.texts(
            "[{\"id\": \"d-1\", \"text\": \"a small boat\", \"length_i\": 7}]",
            "[{\"id\": \"d-1\", \"text\": {\"set\": \"another\"}, \"letter_s\": {\"add\": null}}]",
            "[{\"id\": \"d-2\", \"text\": [\"a\", 7, null, true], \"anchors\": [1.5, 2, NaN]}]"),
        input -> {
          ContentStreamUpdateRequest update = new ContentStreamUpdateRequest("/update");
          update.addContentStream(
              new ContentStreamBase.ByteArrayStream(input, "fuzz", "text/json"));
          one.server.request(update);
        });
    one.server.commit();
    assertEquals(
        0,
        one.server.query(parameters("q=id:nobody".getBytes(StandardCharsets.UTF_8))).getStatus());
  }

  @Test
  void rows() throws Exception {
    StringBuilder row = new StringBuilder("1.5");
    for (int a = 1; a < Samples.ANCHORS; a++) {
      row.append(",").append(a);
    }
    try (SolrCore core = one.container.getCore(OneCore.NAME)) {
      SchemaField field = core.getLatestSchema().getField("anchors");
      fuzz(
          "rows",
          Mutations.texts(row.toString()),
          input -> field.createFields(Arrays.asList(text(input).split(",", -1))));
    }
  }

  @Test
  void fieldTypes() throws Exception {
    Path file = home.resolve(OneCore.NAME).resolve("conf").resolve("damaged.curlew");
    AnchorSet anchors = samples.anchors(1);
    AnchorFile.write(anchors, file);
    byte[] good = Files.readAllBytes(file);
    try (SolrCore core = one.container.getCore(OneCore.NAME)) {
      configuration(
          "field type",
          Mutations.texts(
              "anchors=anchors.curlew\ntext=text",
              "anchors=damaged.curlew\ntext=title , body\nstored=true",
              "anchors=anchors.curlew\ntext=text\nvectorEncoding=BYTE\nknnAlgorithm=hnsw"),
          input -> {
            if (random.nextInt(10) == 0) {
              Files.write(file, Mutations.of(List.of(good), bytes -> bytes, random));
            }
            Map<String, String> args = new HashMap<>();
            parameters(input).stream().forEach(e -> args.put(e.getKey(), e.getValue()[0]));
            new CurVectorField().init(core.getLatestSchema(), args);
          });
    }
  }

  @Test
  void processors() throws Exception {
    configuration(
        "processor",
        Mutations.texts(
            "field=anchors\nbatch=64\nmissingText=refuse", "field=a b\nbatch=1\nmissingText=pass"),
        input -> {
          NamedList<Object> args = new NamedList<>();
          parameters(input).stream().forEach(e -> args.add(e.getKey(), typed(e.getValue()[0])));
          new CurUpdateProcessorFactory().init(args);
        });
  }

  @Test
  void models() throws Exception {
    try (SolrCore core = one.container.getCore(OneCore.NAME)) {
      configuration(
          "model",
          Mutations.texts(
              "io.curlew.testing.models.WordModel$Factory\nseed=1",
              "io.curlew.attention.scoring.LateInteractionFactory\nmodel=classpath:/no.onnx\n"
                  + "tokenizer=classpath:/no.json\nthreads=2\nmaxDocumentTokens=64"),
          input -> {
            List<String> lines = new ArrayList<>(List.of(text(input).split("\n", -1)));
            String factory = lines.removeFirst();
            Map<String, String> arguments = new HashMap<>();
            for (String line : lines) {
              String[] parts = line.split("=", 2);
              arguments.put(parts[0], parts[parts.length - 1]);
            }
            SharedModels.of(core.getCoreContainer())
                .acquire(core.getResourceLoader(), factory, arguments)
                .close();
          });
    }
  }

  /** As Solr reads them from its configuration. */
  private static Object typed(String value) {
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      return value;
    }
  }

  /** The administrator's errors have status 500, and a message. */
  private void configuration(String parser, List<byte[]> seeds, Taker taker) throws Exception {
    fuzz(
        parser,
        seeds,
        input -> {
          try {
            taker.take(input);
          } catch (SolrException e) {
            assertTrue(String.valueOf(e.getMessage()).length() > 10, e.toString());
          }
        });
  }
}
