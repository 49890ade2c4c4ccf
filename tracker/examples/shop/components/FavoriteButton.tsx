'use client';

import { useShop } from '../contexts/ShopProvider';
import type { Product } from '../lib/catalogue';
import { wishlistToggle } from '../lib/clickstreamEvents';

export function FavoriteButton({ product }: { readonly product: Product }) {
  const { wishes, toggleWish } = useShop();
  const wished = wishes.includes(product.id);
  return (
    <button
      type="button"
      className="icon global-clickstream-ignore-click"
      aria-pressed={wished}
      aria-label={wished ? 'Remove from wish list' : 'Add to wish list'}
      onClick={() => {
        toggleWish(product);
        wishlistToggle(product, !wished);
      }}
    >
      <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
        <path
          d="M12 20.5 4.3 12.9a5 5 0 0 1 7.1-7.1l.6.7.6-.7a5 5 0 0 1 7.1 7.1Z"
          fill={wished ? 'currentColor' : 'none'}
          stroke="currentColor"
          strokeWidth="1.8"
          strokeLinejoin="round"
        />
      </svg>
    </button>
  );
}
