'use client';

import { useView } from '@clickstream/tracker/react';
import type { Product } from '../lib/catalogue';
import { productView } from '../lib/clickstreamEvents';

export function ProductViewTracker({ product }: { readonly product: Product }) {
  useView((sink) => productView(sink, product), [product.id]);
  return null;
}
