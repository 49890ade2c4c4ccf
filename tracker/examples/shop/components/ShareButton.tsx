'use client';

import { useState } from 'react';
import { urlPathOf, type Product } from '../lib/catalogue';
import { shareClick } from '../lib/clickstreamEvents';

export function ShareButton({ product }: { readonly product: Product }) {
  const [shared, setShared] = useState(false);
  return (
    <button
      type="button"
      className="global-clickstream-ignore-click"
      onClick={() => {
        shareClick(product, 'copy_link');
        setShared(true);
        // Refused where the page has no right to it; the button is for show then.
        navigator.clipboard?.writeText(location.origin + urlPathOf(product)).catch(() => {});
      }}
    >
      {shared ? 'Link copied' : 'Share'}
    </button>
  );
}
