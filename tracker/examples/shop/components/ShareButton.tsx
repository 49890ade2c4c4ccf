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
        // Browsers may refuse access to the clipboard.
        navigator.clipboard?.writeText(location.origin + urlPathOf(product)).catch(() => {});
      }}
    >
      {shared ? 'Link copied' : 'Share'}
    </button>
  );
}
