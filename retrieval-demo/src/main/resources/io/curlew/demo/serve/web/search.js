// The search page: reads the form, asks, and hands what comes to the parts that show it.

import {ApiError, follow, get} from './api.js';
import {byId, el, ms, percent, whole} from './dom.js';
import {explain} from './explain.js';
import {showColumns, showSummary} from './results.js';
import {Rounds} from './rounds.js';

const STEPS = [5, 10, 20, 50, 75, 100, 150, 200, 300, 400, 500, 750, 1000, 1500, 2000];

const form = byId('form');
const query = byId('query');
const slider = byId('budget');

let index;
let budgets = STEPS;
let searching; // aborts the search under way
let answer; // the last one
let exact; // the exact ranking of the same query, or what is known of its making

const question = () => ({
  query: query.value.trim(),
  method: form.elements.method.value,
  firstStage: form.elements.firstStage.value,
  profile: form.elements.profile.value,
  budget: budgets[slider.value],
  k: Number(byId('k').value),
});

function showBudget() {
  const budget = budgets[slider.value];
  const text = `${whole(budget)} of ${whole(index.documents)} documents scored, `
      + percent(budget / index.documents, 1);
  byId('budget-text').textContent = text;
  slider.setAttribute('aria-valuetext', text);
}

function say(text, isError = false) {
  const status = byId('status');
  status.textContent = text;
  status.classList.toggle('error', isError);
}

function show() {
  if (!answer) return;
  showSummary(answer, exact, exactFor);
  showColumns(answer, exact, exactFor, (id) => explain(answer.question, id));
}

async function search() {
  const asked = question();
  if (!asked.query) return;
  history.replaceState(null, '', `?${new URLSearchParams(asked)}`);
  searching?.abort();
  const mine = (searching = new AbortController());
  if (exact?.query !== asked.query || exact.profile !== asked.profile) {
    exact?.making?.abort();
    exact = {query: asked.query, profile: asked.profile};
  }
  document.body.classList.add('busy');
  say('Searching');
  const rounds = new Rounds(byId('rounds'), asked);
  try {
    const found = await follow('/api/search', asked, (event, data) => {
      if (event === 'busy') say('The server is busy; trying again');
      else rounds.hear(event, data);
    }, mine.signal);
    answer = found;
    rounds.end(answer);
    show();
    say(`${answer.hits.length} hits by ${whole(answer.calls)} model calls in `
        + ms(answer.modelMs + answer.overheadMs));
    if (index.exactAtOnce) exactFor();
  } catch (error) {
    if (error.name !== 'AbortError') say(error.message, true);
  } finally {
    if (searching === mine) document.body.classList.remove('busy');
  }
}

/** The exact ranking of the query on show: asked for by a button, or at once if it is cheap. */
async function exactFor() {
  const mine = exact;
  if (mine.answer || mine.making) return;
  mine.making = new AbortController();
  mine.progress = {scored: 0, documents: index.documents};
  show();
  try {
    mine.answer = await follow('/api/exact', {query: mine.query, profile: mine.profile}, (event, data) => {
      if (event !== 'progress' || exact !== mine) return;
      mine.progress = data;
      for (const bar of document.querySelectorAll('progress')) bar.value = data.scored;
    }, mine.making.signal);
    if (exact === mine) say(`Exact ranking of ${whole(mine.answer.documents)} documents is here`);
  } catch (error) {
    if (error.name !== 'AbortError') say(error.message, true);
  }
  mine.making = undefined;
  if (exact === mine) show();
}

function setUp(parameters) {
  const most = index.limits.budget;
  budgets = STEPS.filter((step) => step < most);
  if (STEPS.at(-1) >= most || !budgets.length) budgets.push(most);
  slider.max = budgets.length - 1;
  const wanted = Number(parameters.get('budget') ?? 200);
  const above = budgets.findIndex((budget) => budget >= wanted);
  slider.value = above < 0 ? budgets.length - 1 : above;
  query.maxLength = index.limits.queryLength;
  query.value = parameters.get('query') ?? '';
  for (const name of ['method', 'firstStage', 'profile']) {
    const value = parameters.get(name);
    if ([...form.elements[name]].some((radio) => radio.value === value)) {
      form.elements[name].value = value;
    }
  }
  const k = parameters.get('k');
  if ([...byId('k').options].some((option) => option.value === k)) byId('k').value = k;
  byId('about').textContent = `${index.facts.dataset} · ${whole(index.documents)} documents · `
      + `${whole(index.anchors.queries)} anchors · ${index.facts.model}`;
  showBudget();
}

async function showExamples() {
  const {queries} = await get('/api/examples');
  document.querySelector('.examples').append(...queries.map((text) =>
    el('button', {type: 'button', class: 'chip', onclick: () => {
      query.value = text;
      search();
    }}, text)));
}

try {
  index = await get('/api/index');
  setUp(new URLSearchParams(location.search));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    search();
  });
  slider.addEventListener('input', showBudget);
  for (const control of [slider, byId('k'), ...form.querySelectorAll('input[type=radio]')]) {
    control.addEventListener('change', search);
  }
  document.documentElement.dataset.ready = 'true';
  search();
  await showExamples();
} catch (error) {
  say(error instanceof ApiError ? error.message : `The page failed: ${error.message}`, true);
}
