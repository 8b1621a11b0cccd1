// Why a hit is where it is.

import {ask} from './api.js';
import {byId, el, score, whole} from './dom.js';

const NAMES = {bm25: 'BM25', dense: 'Dense'};

/** One line of an explanation and those below it; bars compare lines of one parent. */
function tree(node, largest, alone) {
  const below = Math.max(...node.details.map((detail) => Math.abs(detail.value)), 0);
  const line = [
    el('span', {class: `value ${node.value < 0 ? 'minus' : 'plus'}`}, score(node.value)),
    el('span', {class: 'what'}, node.description, alone ? null :
        el('span', {class: `bar ${node.value < 0 ? 'minus' : 'plus'}`,
          share: largest > 0 ? Math.abs(node.value) / largest : 0, 'aria-hidden': 'true'})),
  ];
  return el('li', {}, el('div', {class: 'line'}, ...line),
      node.details.length
        ? el('ul', {}, ...node.details.map((detail) => tree(detail, below, node.details.length === 1))) : null);
}

function fact(name, value) {
  return el('div', {}, el('dt', {}, name), el('dd', {}, value));
}

/** Opens the dialog for a hit of a search. */
export async function explain(question, id) {
  const dialog = byId('explain');
  const close = el('button', {type: 'button', class: 'secondary', onclick: () => dialog.close()},
      'Close');
  const title = el('h2', {id: 'explain-title'}, 'Why is it here?');
  dialog.replaceChildren(el('header', {}, title, close), el('p', {role: 'status'}, 'Asking'));
  if (!dialog.open) dialog.showModal();
  try {
    const {hit, features, explanation} = await ask('/api/explain', {...question, id});
    dialog.replaceChildren(
        el('header', {}, title, close),
        el('p', {class: 'text'}, hit.text),
        el('dl', {class: 'facts'},
            fact('Rank', String(hit.rank)),
            fact('Score', `${score(hit.score)}, ${hit.exact ? 'exact' : 'approximate'}`),
            fact('Scored in round', hit.exact ? String(hit.round) : 'none'),
            fact('First stage', hit.firstStageRank === null ? 'below rank 1,000'
              : `rank ${whole(hit.firstStageRank)}`),
            ...Object.entries(features).map(([name, value]) =>
              fact(NAMES[name] ?? name, value === null ? 'no match' : score(value)))),
        el('h3', {}, 'Where the score comes from'),
        el('ul', {class: 'tree'}, tree(explanation, Math.abs(explanation.value), true)));
  } catch (error) {
    dialog.replaceChildren(el('header', {}, title, close),
        el('p', {role: 'alert', class: 'error'}, error.message));
  }
  close.focus();
}
