package io.curlew.data.eval;

import static io.curlew.data.file.TempFiles.assertMalformed;
import static io.curlew.data.file.TempFiles.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JudgementsTest {
  private static final String HEADER = "query-id\tcorpus-id\tscore";

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  @Test
  void readsBeir() throws IOException {
    Path file = write(folder, "test.tsv", HEADER, "q2\td9\t2", "q1\td1\t0", "", "q2\td 3\t-1");
    Judgements judgements = Judgements.readBeir(file);
    assertEquals(List.of("q2", "q1"), List.copyOf(judgements.queries()));
    assertEquals(List.of("d9", "d 3"), List.copyOf(judgements.judged("q2").keySet()));
    assertEquals(2, judgements.grade("q2", "d9"));
    assertEquals(-1, judgements.grade("q2", "d 3"));
    assertEquals(0, judgements.grade("q2", "unjudged"));
    assertEquals(Map.of(), judgements.judged("unknown"));
    assertEquals(3, judgements.size());
    assertEquals(1, judgements.countOutside(Set.of("d9", "d 3")));
  }

  @Test
  void readsTrec() throws IOException {
    Path file = write(folder, "qrels", "q2 0 d9 2", "q1\t0  d1 0 ");
    assertEquals(
        Judgements.of(Map.of("q2", Map.of("d9", 2), "q1", Map.of("d1", 0))),
        Judgements.readTrec(file));
  }

  @Test
  void isImmutable() {
    Judgements judgements = Judgements.of(Map.of("q", Map.of("d", 1)));
    assertThrows(UnsupportedOperationException.class, () -> judgements.queries().clear());
    assertThrows(UnsupportedOperationException.class, () -> judgements.judged("q").clear());
  }

  @Test
  void namesFileAndLineOfAFault() throws IOException {
    beirFault(":3: score must be an integer, got: \"1.5\"", HEADER, "q\td\t1", "q\te\t1.5");
    beirFault(":2: score must be an integer, got: \"\"", HEADER, "q\td\t");
    beirFault(
        ":4: a document must be judged once per query, got: query q, document d again",
        HEADER,
        "q\td\t1",
        "p\td\t1",
        "q\td\t1");
    beirFault(
        ":2: line must have 3 tab-separated columns query-id, corpus-id, score, got: q d 1",
        HEADER,
        "q d 1");
    beirFault(
        ":1: first line must be the header query-id, corpus-id, score, tab-separated,"
            + " got: q d 1",
        "q\td\t1");
    beirFault(":2: query id must not be blank, got: \" \"", HEADER, " \td\t1");
    beirFault(":2: document id must not be blank, got: \"\"", HEADER, "q\t\t1");
    beirFault(": file must start with a header line, got: an empty file");
    Path absent = folder.resolve("absent");
    assertMalformed(
        absent, ": file must exist, got: no such file", () -> Judgements.readBeir(absent));
    Path trec = write(folder, "trec", "q 0 d 1", "q 0 d one");
    assertMalformed(
        trec, ":2: score must be an integer, got: \"one\"", () -> Judgements.readTrec(trec));
  }

  private void beirFault(String rest, String... lines) throws IOException {
    Path file = write(folder, "test.tsv", lines);
    assertMalformed(file, rest, () -> Judgements.readBeir(file));
  }
}
