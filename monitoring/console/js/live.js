const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30000;
/** The gateway says something every 15 s at least; thrice that is a dead line. */
const SILENCE_MS = 45000;

/**
 * Read server-sent events, connecting again with growing pauses.
 * @param {(signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>} connect raises an error with `status`
 * @param {(event: {kind: string, data: any}) => void} onEvent
 * @param {(state: "open"|"lost"|"ended") => void} onState
 * @returns {() => void} stops it
 */
export function follow(connect, onEvent, onState) {
  let stopped = false;
  let line = new AbortController();
  let wait = FIRST_WAIT_MS;
  let timer = 0;

  async function once() {
    line = new AbortController();
    const { signal } = line;
    const watch = watchdog(() => line.abort());
    try {
      const body = await connect(signal);
      onState("open");
      wait = FIRST_WAIT_MS;
      await read(body, (event) => !stopped && onEvent(event), watch.seen);
    } catch (error) {
      if (error.status === 401 || error.status === 403) {
        if (!stopped) onState("ended");
        stopped = true;
      }
    } finally {
      watch.stop();
    }
    if (stopped) return;
    onState("lost");
    timer = setTimeout(once, wait * (0.75 + Math.random() / 2));
    wait = Math.min(LONGEST_WAIT_MS, wait * 2);
  }

  once();
  return () => {
    stopped = true;
    clearTimeout(timer);
    line.abort();
  };
}

function watchdog(bark) {
  let timer = setTimeout(bark, SILENCE_MS);
  return {
    seen() {
      clearTimeout(timer);
      timer = setTimeout(bark, SILENCE_MS);
    },
    stop: () => clearTimeout(timer),
  };
}

async function read(body, onEvent, seen) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    seen();
    const blocks = (rest + value).split(/\r?\n\r?\n/);
    rest = blocks.pop() ?? "";
    blocks.map(event).filter(Boolean).forEach(onEvent);
  }
}

/**
 * One block of an event stream; null for a comment.
 * @param {string} block its lines
 * @returns {{kind: string, data: any}|null}
 */
export function event(block) {
  let kind = "message";
  const data = [];
  for (const line of block.split(/\r?\n/)) {
    if (line.startsWith("event:")) kind = line.slice(6).trim();
    else if (line.startsWith("data:")) data.push(line.slice(5).trimStart());
  }
  return data.length ? { kind, data: JSON.parse(data.join("\n")) } : null;
}
