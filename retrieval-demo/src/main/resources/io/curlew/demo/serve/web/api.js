// The JSON interface, as /openapi.yaml describes it.

const BUSY_TRIES = 4;

export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** The message of an answer that is an error. */
function failure(status, body) {
  let message;
  try {
    message = JSON.parse(body).message;
  } catch {
    // not of this server's making: the status says what there is to say
  }
  return new ApiError(status, message ?? `status ${status}`);
}

async function json(response) {
  if (!response.ok) throw failure(response.status, await response.text());
  return response.json();
}

export const get = async (path) => json(await fetch(path));

export const ask = async (path, body) => json(await fetch(path, {
  method: 'POST',
  headers: {'Content-Type': 'application/json'},
  body: JSON.stringify(body),
}));

const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

/**
 * One streamed request; the lines as they come. Not fetch: now and then Chromium reports one whose
 * stream was read to its end as aborted.
 */
function stream(path, body, onLine, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    let read = 0;
    const readOn = () => {
      if (request.status !== 200) return;
      const text = request.responseText;
      for (let end; (end = text.indexOf('\n', read)) >= 0; read = end + 1) {
        onLine(JSON.parse(text.slice(read, end)));
      }
    };
    request.onprogress = readOn;
    request.onload = () => {
      readOn();
      resolve(request);
    };
    request.onerror = () => reject(new ApiError(0, 'the server must be running, it does not answer'));
    request.onabort = () => reject(new DOMException('given up', 'AbortError'));
    request.onloadend = () => signal.removeEventListener('abort', abort);
    signal.addEventListener('abort', abort);
    request.open('POST', path);
    request.setRequestHeader('Content-Type', 'application/json');
    request.setRequestHeader('Accept', 'application/x-ndjson');
    request.send(JSON.stringify(body));
  });
}

/** Asks, and hears of events until the answer comes; comes again for a while if the server is busy. */
export async function follow(path, body, onEvent, signal) {
  let answer;
  let error;
  const hear = ({event, data}) => {
    if (event === 'answer') answer = data;
    else if (event === 'error') error = new ApiError(data.status, data.message);
    else onEvent(event, data);
  };
  let request = await stream(path, body, hear, signal);
  for (let tries = 1; request.status === 429 && tries < BUSY_TRIES; tries++) {
    onEvent('busy', null);
    await pause(1000 * Number(request.getResponseHeader('Retry-After') ?? 1));
    if (signal.aborted) throw new DOMException('given up', 'AbortError');
    request = await stream(path, body, hear, signal);
  }
  if (request.status !== 200) throw failure(request.status, request.responseText);
  if (!answer) throw error ?? new ApiError(0, 'the answer must be complete, it was cut');
  return answer;
}
