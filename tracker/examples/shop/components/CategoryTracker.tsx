'use client';

import { useView } from '@clickstream/tracker/react';
import type { Category } from '../lib/catalogue';
import { categoryView } from '../lib/clickstreamEvents';

export function CategoryTracker({ category }: { readonly category: Category }) {
  useView((sink) => categoryView(sink, category), [category.slug]);
  return null;
}
