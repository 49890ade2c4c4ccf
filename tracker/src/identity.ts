import { attempt, erase, local, read, session, write } from './storage.js';
import { uuid } from './uuid.js';

/** Longest pause within a session; one of exactly this length still belongs to it. */
const SESSION_IDLE_MS = 1_800_000;

/** 400 days: browsers keep no cookie for longer. */
const COOKIE_SECONDS = 34_560_000;

/** Where the client id is: in local storage, else in a cookie. */
export const CLIENT_KEY = 'clickstream.client';
const SESSION_KEY = 'clickstream.session';

/** Who an event is of. */
export interface Ids {
  readonly clientId: string;
  readonly sessionId: string;
  readonly isFirstVisit: boolean;
}

function setCookie(value: string, seconds: number): void {
  attempt(() => (document.cookie = `${CLIENT_KEY}=${value};path=/;max-age=${seconds}`));
}

/**
 * The browser's id and the tab's session, for an event, which keeps that session going. Read from
 * storage for each event, so that tabs agree on the client id even when two of them made one at the
 * same moment.
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

  // id, time of the last event, and whether the client id was made in this session
  let [id, last, first] = (read(session, SESSION_KEY) || '').split('|');
  // Also when there is none, or not one of ours.
  if (!(time - +last! <= SESSION_IDLE_MS)) {
    id = uuid();
    last = '0';
    first = isNew ? '1' : '';
  }
  write(session, SESSION_KEY, `${id}|${Math.max(time, +last!)}|${first}`);
  return { clientId, sessionId: id!, isFirstVisit: !!first };
}

/** As if the browser had never been here. */
export function forget(): void {
  erase(local, CLIENT_KEY);
  erase(session, SESSION_KEY);
  setCookie('', 0);
}
