'use client';

import type { Consent } from '@clickstream/tracker';
import { useEffect, useState } from 'react';
import { CONSENT_KEY, tracker } from '../lib/clickstreamClient';
import { store, stored } from '../lib/storage';

/** Asks for consent, and lets visitors change their decision in the footer of each page. */
export function PrivacyChoice() {
  const [consent, setConsent] = useState<Consent>('granted');

  useEffect(() => setConsent(stored<Consent>(CONSENT_KEY) ?? 'granted'), []);

  function decide(decision: Consent): void {
    store(CONSENT_KEY, decision);
    tracker.setConsent(decision);
    setConsent(decision);
  }

  return (
    <div className={consent === 'pending' ? 'privacy asking' : 'privacy'}>
      <span>
        {consent === 'pending'
          ? 'May we measure how the shop is used?'
          : `Measurement is ${consent === 'granted' ? 'on' : 'off'}.`}
      </span>
      {consent !== 'granted' && (
        <button
          type="button"
          className="global-clickstream-ignore-click"
          onClick={() => decide('granted')}
        >
          Allow
        </button>
      )}
      {consent !== 'denied' && (
        <button
          type="button"
          className="global-clickstream-ignore-click"
          onClick={() => decide('denied')}
        >
          Don’t measure me
        </button>
      )}
    </div>
  );
}
