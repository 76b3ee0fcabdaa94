// The demo's time: the machine's, moved by what has been let pass under the hood.

let ahead = 0;

export function setAhead(seconds) {
  ahead = seconds;
}

export function now() {
  return new Date(Date.now() + ahead * 1000);
}

export function isMoved() {
  return Math.abs(ahead) >= 1;
}
