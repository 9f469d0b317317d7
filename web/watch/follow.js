/// Follows uploads by their streams. A browser has few connections to a server (six, with
/// HTTP/1.1, for all its tabs): of many uploads the first ones are followed, the others
/// take their turn.
import { openStream } from '../app/stream.js';

const at_a_time = 3;
const waiting = [];
let open = 0;

/// Calls `take(upload)` with each new state of upload `id`, the last of them in the state
/// `done` or `aborted`; `state` is told how the stream stands. Returns how to stop.
export function follow(id, take, state = () => {}) {
  const one = { id, take, state, stream: null, over: false };
  waiting.push(one);
  next();
  return () => end(one);
}

function next() {
  while (open < at_a_time && waiting.length > 0) start(waiting.shift());
}

function start(one) {
  ++open;
  const take = (upload) => {
    one.take(upload);
  };
  one.stream = openStream(`/uploads/${encodeURIComponent(one.id)}/events`, {
    on: {
      progress: take,
      done: (upload) => {
        take(upload);
        return false;
      }
    },
    state(s) {
      one.state(s);
      if (s.is === 'ended') end(one);
    }
  });
}

function end(one) {
  if (one.over) return;
  one.over = true;
  if (one.stream) {
    --open;
    one.stream.close();
  } else {
    waiting.splice(waiting.indexOf(one), 1);
  }
  next();
}
