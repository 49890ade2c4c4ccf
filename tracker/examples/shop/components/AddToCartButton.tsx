'use client';

import { useShop } from '../contexts/ShopProvider';
import type { Product } from '../lib/catalogue';
import { addToCartClick } from '../lib/clickstreamEvents';

export function AddToCartButton({ product }: { readonly product: Product }) {
  const { changeQuantity, quantities } = useShop();
  const inCart = quantities[product.id] ?? 0;
  return (
    <button
      type="button"
      className="primary global-clickstream-ignore-click"
      onClick={() => {
        changeQuantity(product, 1);
        addToCartClick(product);
      }}
    >
      Add to cart{inCart > 0 ? ` (${inCart})` : ''}
    </button>
  );
}
