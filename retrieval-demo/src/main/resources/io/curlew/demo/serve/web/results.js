// Three rankings side by side: who moved where, and how far they agree.

import {el, ms, percent, score, whole} from './dom.js';

const NAMES = {adaptive: 'Adaptive', latent: 'No calls', fixed: 'Fixed anchors', rerank: 'Re-ranked'};
const FIRST_STAGES = {hybrid: 'BM25 and dense vectors', dense: 'dense vectors', bm25: 'BM25'};

const ranks = (hits) => new Map(hits.map((hit) => [hit.id, hit.rank]));

function overlap(hits, others, k) {
  const ids = new Set(others.slice(0, k).map((hit) => hit.id));
  return hits.slice(0, k).filter((hit) => ids.has(hit.id)).length;
}

function tile(title, value, ...more) {
  return el('div', {class: 'tile'},
      el('p', {class: 'name'}, title), el('p', {class: 'value'}, value), ...more);
}

const note = (...text) => el('p', {class: 'note'}, ...text);

function exactButton(exact, documents, exactFor) {
  if (exact.progress && exact.making) {
    return el('div', {class: 'making'},
        el('progress', {max: documents, value: exact.progress.scored,
          'aria-label': 'Exact ranking under way'}),
        note(`${whole(documents)} model calls, in turn with searches`));
  }
  return el('button', {type: 'button', class: 'secondary', onclick: exactFor},
      `Score all ${whole(documents)}`);
}

/** The figures above the results. */
export function showSummary(answer, exact, exactFor) {
  const k = answer.question.k;
  const total = answer.modelMs + answer.overheadMs;
  const share = answer.modelMs / total;
  const tiles = [
    tile('Model calls', whole(answer.calls),
        note(`${percent(answer.calls / answer.documents, 1)} of ${whole(answer.documents)}`)),
    tile('Time', ms(total),
        el('div', {class: 'split', 'aria-hidden': 'true'},
            el('span', {class: 'model', share}),
            el('span', {class: 'overhead', share: 1 - share})),
        note(el('span', {class: 'key model'}), `model ${ms(answer.modelMs)} `,
            el('span', {class: 'key overhead'}), `rest ${ms(answer.overheadMs)}`)),
    tile(`Expected recall@${k}`,
        answer.expectedRecall === null ? 'unknown' : percent(answer.expectedRecall),
        note(answer.expectedRecall === null ? 'this method does not estimate it'
          : 'what the search believes, without exact scores')),
  ];
  if (exact.answer) {
    const shown = Math.min(k, exact.answer.hits.length);
    const found = overlap(answer.hits, exact.answer.hits, k);
    const before = overlap(answer.firstStage, exact.answer.hits, k);
    tiles.push(tile(`Agreement at ${k}`, `${found} of ${shown}`,
        note(`first stage ${before} of ${shown}; exact took ${ms(exact.answer.ms)}`)));
  } else {
    tiles.push(tile(`Agreement at ${k}`, exact.making ? 'wait' : 'not asked',
        exactButton(exact, answer.documents, exactFor)));
  }
  const summary = document.getElementById('summary');
  summary.replaceChildren(...tiles);
  summary.hidden = false;
}

/** A moved rank in words and as an arrow: never by colour alone. */
function moved(from, to, where) {
  if (from === undefined || from === null) {
    return el('span', {class: 'move new'}, `not in ${where}`);
  }
  const by = from - to;
  const kind = by > 0 ? 'up' : by < 0 ? 'down' : 'same';
  const arrow = {up: '▲', down: '▼', same: '='}[kind];
  return el('span', {class: `move ${kind}`},
      `${arrow}${by === 0 ? '' : ` ${whole(Math.abs(by))}`}`,
      el('span', {class: 'from'}, ` ${where} ${whole(from)}`));
}

function item(hit, marks, why) {
  const line = el('li', {class: 'hit', 'data-id': hit.id, value: hit.rank},
      el('span', {class: 'rank', 'aria-hidden': 'true'}, String(hit.rank)),
      el('div', {class: 'body'},
          el('p', {class: 'text'}, hit.text),
          el('p', {class: 'marks'}, ...marks, el('span', {class: 'score'}, score(hit.score)),
              el('span', {class: 'id'}, hit.id))),
      why ? el('button', {type: 'button', class: 'why', onclick: () => why(hit.id),
        'aria-label': `Why is hit ${hit.rank} here?`}, 'Why?') : null);
  line.addEventListener('pointerenter', () => mark(hit.id, true));
  line.addEventListener('pointerleave', () => mark(hit.id, false));
  return line;
}

function mark(id, on) {
  for (const line of document.querySelectorAll('.hit')) {
    if (line.dataset.id === id) line.classList.toggle('same-document', on);
  }
}

function column(name, title, about, ...body) {
  return el('section', {class: `card column ${name}`, 'aria-labelledby': `${name}-title`},
      el('h2', {id: `${name}-title`}, title), el('p', {class: 'note'}, about), ...body);
}

const list = (items) => el('ol', {class: 'hits'}, ...items);

/** The three rankings. */
export function showColumns(answer, exact, exactFor, why) {
  const k = answer.question.k;
  const mine = ranks(answer.hits);
  const exactRanks = exact.answer ? ranks(exact.answer.hits) : null;
  const name = NAMES[answer.question.method];
  const method = column('method', name,
      `${whole(answer.calls)} model calls; ranks moved from the first stage`,
      list(answer.hits.map((hit) => item(hit, [
        el('span', {class: hit.exact ? 'badge exact' : 'badge estimate'},
            hit.exact ? 'exact' : 'approximate'),
        moved(hit.firstStageRank, hit.rank, 'first stage'),
        exactRanks && !(exactRanks.get(hit.id) <= k)
          ? el('span', {class: 'move new'}, `not in the exact top ${k}`) : null,
      ], why))));
  const all = exact.answer
    ? column('exact', 'Exact', `all ${whole(answer.documents)} scored; ranks moved from ${name}`,
        list(exact.answer.hits.slice(0, k).map((hit) => item(hit, [
          mine.has(hit.id) ? moved(mine.get(hit.id), hit.rank, name)
            : el('span', {class: 'move missed'}, 'missed'),
        ]))))
    : column('exact', 'Exact', 'what the model would say of every document',
        exactButton(exact, answer.documents, exactFor));
  const first = column('first', 'First stage',
      `${FIRST_STAGES[answer.question.firstStage]}, no model call`,
      list(answer.firstStage.map((hit) => item(hit, [
        mine.has(hit.id)
          ? el('span', {class: 'move same'}, `${name} ${mine.get(hit.id)}`)
          : el('span', {class: 'move new'}, `dropped below ${k}`),
      ]))));
  const columns = document.getElementById('columns');
  columns.replaceChildren(method, all, first);
  columns.hidden = false;
}
