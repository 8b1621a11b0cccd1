// The JSON interface, as /openapi.yaml describes it.

const BUSY_TRIES = 4;

export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function failure(response) {
  let message = `${response.status} ${response.statusText}`;
  try {
    message = (await response.json()).message ?? message;
  } catch {
    // not of this server's making: the status says what there is to say
  }
  return new ApiError(response.status, message);
}

export async function get(path) {
  const response = await fetch(path);
  if (!response.ok) throw await failure(response);
  return response.json();
}

function post(path, body, accept, signal) {
  return fetch(path, {
    method: 'POST',
    headers: {'Content-Type': 'application/json', Accept: accept},
    body: JSON.stringify(body),
    signal,
  });
}

export async function ask(path, body) {
  const response = await post(path, body, 'application/json');
  if (!response.ok) throw await failure(response);
  return response.json();
}

const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

/** Asks, and hears of events until the answer comes; comes again for a while if the server is busy. */
export async function follow(path, body, onEvent, signal) {
  let response = await post(path, body, 'application/x-ndjson', signal);
  for (let tries = 1; response.status === 429 && tries < BUSY_TRIES; tries++) {
    onEvent('busy', null);
    await pause(1000 * Number(response.headers.get('Retry-After') ?? 1));
    response = await post(path, body, 'application/x-ndjson', signal);
  }
  if (!response.ok) throw await failure(response);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let pending = '';
  let answer;
  for (;;) {
    const {done, value} = await reader.read();
    if (done && answer) return answer;
    if (done) throw new ApiError(0, 'the answer must be complete, it was cut');
    const lines = (pending + value).split('\n');
    pending = lines.pop();
    for (const line of lines) {
      const {event, data} = JSON.parse(line);
      if (event === 'error') throw new ApiError(data.status, data.message);
      if (event === 'answer') answer = data;
      else onEvent(event, data);
    }
  }
}
