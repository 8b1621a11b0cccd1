// What there is to know of the index: identity, sizes, segments and their drift, anchors.

import {get} from './api.js';
import {byId, bytes, el, percent, whole} from './dom.js';

const DRIFTED = 0.05; // of explained variance, below the others

function tile(name, value, note) {
  return el('div', {class: 'tile'}, el('p', {class: 'name'}, name),
      el('p', {class: 'value'}, value), el('p', {class: 'note'}, note));
}

function fact(name, value, code = false) {
  return el('div', {}, el('dt', {}, name), el('dd', {}, code ? el('code', {}, value) : value));
}

function showIdentity(index) {
  const {facts, anchors} = index;
  byId('identity').replaceChildren(
      el('h2', {id: 'identity-title'}, 'Identity'),
      el('dl', {class: 'facts wide'},
          fact('Directory', facts.directory), fact('Data set', facts.dataset),
          fact('Model', facts.model), fact('Model fingerprint', index.model, true),
          fact('Anchor model', anchors.model === index.model ? 'the same' : facts.anchorModel),
          fact('Anchor set', anchors.fingerprint, true),
          fact('Seed', facts.seed), fact('Lucene', index.luceneVersion)));
}

function showSizes(index) {
  const {index: total, anchorRows, denseVectors} = index.bytes;
  const parts = [['anchor rows', anchorRows, 'r0'], ['dense vectors', denseVectors, 'r1'],
    ['text, ids and terms', Math.max(0, total - anchorRows - denseVectors), 'r2']];
  const {dimensions, queries, asBytes} = index.anchors;
  byId('sizes').replaceChildren(
      el('h2', {id: 'sizes-title'}, 'Sizes'),
      el('div', {class: 'split tall', 'aria-hidden': 'true'},
          ...parts.map(([, n, kind]) => el('span', {class: kind, share: n / total}))),
      el('ul', {class: 'plain'}, ...parts.map(([name, n, kind]) =>
        el('li', {}, el('span', {class: `key ${kind}`}), `${name} ${bytes(n)}, `,
            percent(n / total)))),
      el('p', {class: 'note'}, `A document costs ${dimensions} ${asBytes ? 'bytes' : 'floats'}`
          + (dimensions < queries ? ` (projected from ${queries} scores)` : '')
          + ` and was scored by the anchor model ${whole(queries)} times.`));
}

function table(head, rows, label) {
  return el('div', {class: 'scroll', tabindex: 0, role: 'region', 'aria-label': label},
      el('table', {},
          el('thead', {}, el('tr', {}, ...head.map((t) => el('th', {scope: 'col'}, t)))),
          el('tbody', {}, ...rows)));
}

const cells = (first, ...others) => el('tr', {}, el('th', {scope: 'row'}, first),
    ...others.map((value) => el('td', {class: 'number'}, value)));

function showDrift(index, drift) {
  const byPart = new Map(drift.map((part) => [part.part, part]));
  const measured = (part) => part
    ? [percent(part.explainedHere, 1), percent(part.explainedElsewhere, 1),
      part.squaredNorm.toFixed(2), percent(part.outOfRange, 2),
      part.explainedElsewhere - part.explainedHere > DRIFTED ? 'drifted' : 'as the others']
    : ['', '', '', '', 'too few documents'];
  const rows = index.segments.map((segment) => cells(segment.name, whole(segment.documents),
      whole(segment.deleted), bytes(segment.bytes), segment.luceneVersion,
      ...measured(byPart.get(segment.name))));
  const half = byPart.get('later half');
  if (half) {
    rows.push(cells('later half', whole(half.documents), '', '', '', ...measured(half)));
  }
  byId('drift').replaceChildren(
      el('h2', {id: 'drift-title'}, 'Segments and drift'),
      el('p', {class: 'note'}, 'Explained: how much of the scores against half of the anchors the'
          + ' other half predicts, for these documents and for all others. Well below the others,'
          + ' the anchors no longer span what these documents are about.'),
      table(['Segment', 'Documents', 'Deleted', 'Bytes', 'Lucene', 'Explained', 'Elsewhere',
        '|φ|²', 'Out of range', 'Verdict'], rows, 'Segments'));
}

function showAnchors(anchors) {
  const count = el('p', {class: 'note', role: 'status'});
  const body = el('ol', {class: 'anchor-list'});
  const filter = el('input', {id: 'filter', type: 'search', autocomplete: 'off'});
  const show = () => {
    const wanted = filter.value.trim().toLowerCase();
    const found = anchors.map((anchor, i) => ({...anchor, number: i}))
        .filter(({query}) => query.toLowerCase().includes(wanted));
    body.replaceChildren(...found.map(({query, low, high, number}) =>
      el('li', {value: number}, el('a', {href: `/?${new URLSearchParams({query})}`}, query),
          low === null ? null
            : el('span', {class: 'note'}, ` ${low.toFixed(3)} to ${high.toFixed(3)}`))));
    count.textContent = `${whole(found.length)} of ${whole(anchors.length)} anchor queries; the`
        + ' range is of their scores in the sample of the anchor set';
  };
  filter.addEventListener('input', show);
  byId('anchors').replaceChildren(el('h2', {id: 'anchors-title'}, 'Anchor queries'),
      el('label', {for: 'filter'}, 'Only those with'), filter, count, body);
  show();
}

try {
  const [index, drift, anchors] =
      await Promise.all([get('/api/index'), get('/api/drift'), get('/api/anchors')]);
  byId('summary').replaceChildren(
      tile('Documents', whole(index.documents), `${whole(index.deleted)} deleted`),
      tile('Anchor queries', whole(index.anchors.queries),
          `${whole(index.anchors.dimensions)} values per document`),
      tile('Segments', whole(index.segments.length), `Lucene ${index.luceneVersion}`),
      tile('On disk', bytes(index.bytes.index), 'all files of the segments'));
  showIdentity(index);
  showSizes(index);
  showDrift(index, drift);
  showAnchors(anchors);
  byId('status').textContent = '';
  document.documentElement.dataset.ready = 'true';
} catch (error) {
  byId('status').textContent = error.message;
  byId('status').classList.add('error');
}
