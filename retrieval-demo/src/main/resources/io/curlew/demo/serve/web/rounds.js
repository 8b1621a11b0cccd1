// What a search does, round by round, while it does it.

import {el, svg, whole} from './dom.js';

const SIZE = {width: 440, height: 320, left: 48, right: 12, top: 12, bottom: 42};

/** Ticks at round numbers, about so many. */
function ticks(low, high, count) {
  const raw = (high - low) / count;
  const magnitude = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * magnitude).find((s) => s >= raw);
  const marks = [];
  for (let t = Math.ceil(low / step) * step; t <= high + step / 1e6; t += step) marks.push(t);
  return {marks, digits: Math.max(0, -Math.floor(Math.log10(step) + 1e-9))};
}

function statistics(points) {
  const n = points.length;
  const mean = (f) => points.reduce((sum, p) => sum + f(p), 0) / n;
  const mx = mean((p) => p.x);
  const my = mean((p) => p.y);
  const sx = Math.sqrt(mean((p) => (p.x - mx) ** 2));
  const sy = Math.sqrt(mean((p) => (p.y - my) ** 2));
  return {
    rmse: Math.sqrt(mean((p) => (p.x - p.y) ** 2)),
    r: sx > 0 && sy > 0 ? mean((p) => (p.x - mx) * (p.y - my)) / (sx * sy) : 0,
  };
}

/** Predicted against exact score, of documents predicted before the model saw them. */
function scatter(points) {
  const values = points.flatMap((p) => [p.x, p.y]);
  const margin = (Math.max(...values) - Math.min(...values)) * 0.04 || 0.01;
  const low = Math.min(...values) - margin;
  const high = Math.max(...values) + margin;
  const {width: w, height: h, left, right, top, bottom} = SIZE;
  const x = (v) => left + ((v - low) / (high - low)) * (w - left - right);
  const y = (v) => h - bottom - ((v - low) / (high - low)) * (h - top - bottom);
  const {marks, digits} = ticks(low, high, 5);
  const {rmse, r} = statistics(points);
  return svg('svg', {viewBox: `0 0 ${w} ${h}`, role: 'img', class: 'scatter',
    'aria-label': `Predicted against exact score of ${points.length} documents: `
        + `correlation ${r.toFixed(2)}, root mean squared error ${rmse.toPrecision(2)}`},
  marks.map((t) => [
    svg('line', {class: 'grid', x1: x(t), x2: x(t), y1: top, y2: h - bottom}),
    svg('line', {class: 'grid', x1: left, x2: w - right, y1: y(t), y2: y(t)}),
    svg('text', {x: x(t), y: h - bottom + 16, 'text-anchor': 'middle'}, t.toFixed(digits)),
    svg('text', {x: left - 6, y: y(t) + 4, 'text-anchor': 'end'}, t.toFixed(digits)),
  ]).flat(),
  svg('line', {class: 'diagonal', x1: x(low), y1: y(low), x2: x(high), y2: y(high)}),
  points.map((p) => svg('circle', {class: `dot r${p.round % 7}`, cx: x(p.x), cy: y(p.y), r: 3})),
  svg('text', {class: 'axis', x: (left + w - right) / 2, y: h - 6, 'text-anchor': 'middle'},
      'predicted score'),
  svg('text', {class: 'axis', x: 12, y: (top + h - bottom) / 2, 'text-anchor': 'middle',
    transform: `rotate(-90 12 ${(top + h - bottom) / 2})`}, 'exact score'));
}

export class Rounds {
  constructor(section, question) {
    this.section = section;
    this.question = question;
    this.rounds = [];
    this.fits = [];
  }

  hear(event, data) {
    (event === 'round' ? this.rounds : this.fits).push(data);
    this.draw();
  }

  end(answer) {
    this.rounds = answer.rounds;
    this.fits = answer.fits;
    this.kept = answer.rounds.map(({round}) =>
      answer.hits.filter((hit) => hit.round === round).length);
    this.draw();
  }

  source(round) {
    const {method} = this.question;
    if (round.round > 0) return 'by the fit';
    return method === 'fixed' ? 'random sample' : 'first stage';
  }

  row(round, i) {
    const {k, budget} = this.question;
    const fit = this.fits[i];
    const found = this.kept ? this.kept[i] : round.entered;
    return el('tr', {},
        el('th', {scope: 'row'}, el('span', {class: `key r${round.round % 7}`}),
            String(round.round)),
        el('td', {class: 'source'}, this.source(round)),
        el('td', {class: 'number'}, whole(round.documents),
            el('span', {class: 'bar', share: round.documents / budget, 'aria-hidden': 'true'})),
        el('td', {class: 'number'}, String(round.entered)),
        el('td', {class: 'number'}, this.kept ? String(found) : '',
            el('span', {class: 'bar found', share: found / k, 'aria-hidden': 'true'})),
        el('td', {class: 'fit'}, fit ? `${fit.form}, ±${fit.looError.toPrecision(2)}` : ''));
  }

  draw() {
    const {k} = this.question;
    const points = this.rounds.flatMap(({round, predicted, exact}) =>
      predicted ? predicted.map((x, i) => ({x, y: exact[i], round})) : []);
    const parts = [el('div', {class: 'card'},
        el('h2', {}, 'Rounds'),
        el('p', {class: 'note'}, 'Each round scores some documents, then fits the query onto the'
            + ' anchors; the fit chooses the next.'),
        el('div', {class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Table of rounds'},
            el('table', {},
            el('thead', {}, el('tr', {}, ...['Round', 'Chosen', 'Calls', `Entered top ${k}`,
              `In final top ${k}`, 'Fit'].map((t) => el('th', {scope: 'col'}, t)))),
            el('tbody', {}, ...this.rounds.map((round, i) => this.row(round, i))))))];
    const plot = el('div', {class: 'card'}, el('h2', {}, 'Prediction'),
        el('p', {class: 'note'}, points.length > 1
          ? `${whole(points.length)} documents as they were predicted before the model scored them:`
            + ` r = ${statistics(points).r.toFixed(2)}; on the line is right. All were chosen for a`
            + ' high prediction, so the range is narrow.'
          : 'Nothing is predicted before a fit; re-ranking never fits.'));
    if (points.length > 1) plot.append(scatter(points));
    parts.push(plot);
    this.section.replaceChildren(...parts);
    this.section.hidden = false;
  }
}
