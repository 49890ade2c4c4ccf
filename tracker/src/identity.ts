import { attempt, erase, local, read, session, write } from './storage.js';
import { uuid } from './uuid.js';

/** The longest pause within a session, inclusive. */
const SESSION_IDLE_MS = 1_800_000;

/** 400 days, the longest time that browsers keep a cookie. */
const COOKIE_SECONDS = 34_560_000;

/** The key of the client id in local storage, or the cookie's name. */
export const CLIENT_KEY = 'clickstream.client';
const SESSION_KEY = 'clickstream.session';

/** The ids that attribute an event to a browser and a tab. */
export interface Ids {
  readonly clientId: string;
  readonly sessionId: string;
  readonly isFirstVisit: boolean;
}

function setCookie(value: string, seconds: number): void {
  // Browsers take a secure cookie from encrypted pages only; developers' pages are not encrypted.
  // The fifth letter tells https: from http:.
  const secure = location.href[4] === 's' ? ';secure' : '';
  attempt(
    () =>
      (document.cookie = `${CLIENT_KEY}=${value};path=/;max-age=${seconds};samesite=lax${secure}`),
  );
}

/**
 * Returns the browser's id and the tab's session for an event, and extends that session. Each call
 * reads storage, so that tabs agree on the client id even if two of them create one at the same
 * moment.
 *
 * @param time when the event happened, in milliseconds since the epoch
 */
export function identify(time: number): Ids {
  let clientId =
    read(local, CLIENT_KEY) ||
    attempt(() => document.cookie.split(CLIENT_KEY + '=')[1]?.split(';')[0]);
  const isNew = !clientId;
  if (!clientId) {
    clientId = uuid();
    if (!write(local, CLIENT_KEY, clientId)) {
      setCookie(clientId, COOKIE_SECONDS);
    }
  }

  // The session's id, the time of its last event, and whether the client id was created in it.
  let [id, last, first] = `${read(session, SESSION_KEY)}`.split('|');
  // Negated, so that a missing or malformed time also begins a session.
  if (!(time - +last! <= SESSION_IDLE_MS)) {
    id = uuid();
    last = '';
    first = isNew ? '1' : '';
  }
  write(session, SESSION_KEY, `${id}|${Math.max(time, +last!)}|${first}`);
  return { clientId, sessionId: id!, isFirstVisit: !!first };
}

/** Erases client id and session. */
export function forget(): void {
  erase(local, CLIENT_KEY);
  erase(session, SESSION_KEY);
  setCookie('', 0);
}
