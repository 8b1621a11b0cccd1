package io.curlew.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.curlew.data.file.ArtifactFile;
import io.curlew.data.file.LineReader;
import io.curlew.data.file.MalformedDataException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

@TestInstance(Lifecycle.PER_CLASS)
class WordNetTest {
  private List<Synset> synsets = List.of();
  private Map<String, Synset> byId = Map.of();

  @BeforeAll
  void load() throws IOException {
    synsets = WordNet.load().synsets();
    byId = synsets.stream().collect(Collectors.toMap(Synset::id, Function.identity()));
  }

  @Test
  void hasAllSynsetsAndExamples() {
    assertEquals(117_791, synsets.size());
    assertEquals(117_791, byId.size());
    assertEquals(48_571, synsets.stream().mapToInt(synset -> synset.examples().size()).sum());
    assertEquals(34_999, synsets.stream().mapToInt(synset -> synset.queries().size()).sum());
  }

  @Test
  void readsSynsetsAsDocumentsAndQueries() {
    Synset whole = synset("n00003553");
    assertEquals(
        new Document(
            "n00003553", "whole, unit: an assemblage of parts that is regarded as a single entity"),
        whole.document());
    assertEquals(
        List.of(
            new TextQuery("n00003553-0", "how big is that part compared to the whole?"),
            new TextQuery("n00003553-1", "the team is a unit")),
        whole.queries());
    // "able to swim" has three words: no query, but it keeps its number.
    assertEquals("a00001740-1", synset("a00001740").queries().get(0).id());
    assertEquals("a00355803", synset("a00355803").id(), "satellites are in data.adj");
    assertEquals(
        "breathe, take a breath, respire, suspire: draw air into, and expel out of, the lungs",
        synset("v00001740").document().text());
    assertEquals("in AD 200", synset("r00001885").examples().get(0));
  }

  @Test
  void textsAreClean() {
    for (Synset synset : synsets) {
      assertFalse(synset.definition().isBlank(), synset.id());
      assertFalse(synset.definition().contains("\""), synset.id());
      assertFalse(synset.definition().matches(".*[;:,\\s]"), synset.id());
      for (String lemma : synset.lemmas()) {
        assertFalse(lemma.isBlank() || lemma.matches(".*_.*|.*\\((a|p|ip)\\)"), synset.id());
      }
      for (String example : synset.examples()) {
        assertFalse(example.isBlank(), synset.id());
        assertFalse(synset.definition().contains("\"" + example), synset.id());
      }
    }
    // In the file it is galore(ip).
    assertTrue(synsets.stream().anyMatch(synset -> synset.lemmas().contains("galore")));
  }

  private Synset synset(String id) {
    Synset synset = byId.get(id);
    if (synset == null) {
      throw new AssertionError("no synset " + id);
    }
    return synset;
  }

  @Test
  void namesTheLineThatIsNotASynset() {
    LineReader lines = LineReader.of(new ByteArrayInputStream(new byte[0]), "data.noun");
    for (String bad :
        List.of(
            "00001740 03 n 01 entity 0 000 no gloss",
            "0000174 03 n 01 entity 0 000 | short offset",
            "00001740 03 n 05 entity 0 000 | too few words",
            "00001740 03 n 00 entity 0 000 | no word")) {
      MalformedDataException e =
          assertThrows(MalformedDataException.class, () -> Synset.parse('n', bad, lines));
      assertTrue(
          String.valueOf(e.getMessage()).startsWith("data.noun:0: synset must "), e.getMessage());
    }
  }

  @Test
  void lemmasAreDistinctEnoughToLink() {
    Set<String> texts = new HashSet<>();
    synsets.forEach(synset -> texts.add(synset.document().text()));
    assertTrue(texts.size() > 117_000, texts.size() + " distinct texts");
  }

  @Test
  void aMissingArtifactIsNamed() {
    IOException e =
        assertThrows(
            IOException.class, () -> new ArtifactFile("/absent", "group:artifact:1").open());
    assertEquals(
        "Maven artifact group:artifact:1 must be on the class path, got: none with /absent",
        e.getMessage());
  }
}
