package io.curlew.lucene.rows;

import java.io.IOException;
import java.util.Objects;
import org.apache.lucene.codecs.DocValuesProducer;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.DocValuesSkipper;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.index.SortedNumericDocValues;
import org.apache.lucene.index.SortedSetDocValues;
import org.jspecify.annotations.Nullable;

/** The doc values of two segments as of one. */
final class TwoDocValuesProducers extends DocValuesProducer {

  private final @Nullable DocValuesProducer first;
  private final DocValuesProducer second;
  private final FieldInfos fieldsOfSecond;

  TwoDocValuesProducers(
      @Nullable DocValuesProducer first, DocValuesProducer second, FieldInfos fieldsOfSecond) {
    this.first = first;
    this.second = second;
    this.fieldsOfSecond = fieldsOfSecond;
  }

  private DocValuesProducer of(FieldInfo field) {
    return fieldsOfSecond.fieldInfo(field.name) == null ? Objects.requireNonNull(first) : second;
  }

  /** The field as its segment numbers it. */
  private FieldInfo own(FieldInfo field) {
    FieldInfo ofSecond = fieldsOfSecond.fieldInfo(field.name);
    return ofSecond == null ? field : ofSecond;
  }

  @Override
  public NumericDocValues getNumeric(FieldInfo field) throws IOException {
    return of(field).getNumeric(own(field));
  }

  @Override
  public BinaryDocValues getBinary(FieldInfo field) throws IOException {
    return of(field).getBinary(own(field));
  }

  @Override
  public SortedDocValues getSorted(FieldInfo field) throws IOException {
    return of(field).getSorted(own(field));
  }

  @Override
  public SortedNumericDocValues getSortedNumeric(FieldInfo field) throws IOException {
    return of(field).getSortedNumeric(own(field));
  }

  @Override
  public SortedSetDocValues getSortedSet(FieldInfo field) throws IOException {
    return of(field).getSortedSet(own(field));
  }

  @Override
  public DocValuesSkipper getSkipper(FieldInfo field) throws IOException {
    return of(field).getSkipper(own(field));
  }

  @Override
  public DocValuesProducer getMergeInstance() {
    return new TwoDocValuesProducers(
        first == null ? null : first.getMergeInstance(), second.getMergeInstance(), fieldsOfSecond);
  }

  @Override
  public void checkIntegrity() throws IOException {
    if (first != null) {
      first.checkIntegrity();
    }
    second.checkIntegrity();
  }

  /** Their segments close them. */
  @Override
  public void close() {}
}
