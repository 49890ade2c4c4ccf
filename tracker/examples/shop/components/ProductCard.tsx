import Link from 'next/link';
import { urlPathOf, type Product } from '../lib/catalogue';
import { AddToCartButton } from './AddToCartButton';
import { FavoriteButton } from './FavoriteButton';
import { Picture } from './Picture';
import { Price } from './Price';

export function ProductCard({ product }: { readonly product: Product }) {
  return (
    <article className="card">
      <Link href={urlPathOf(product)} data-href={urlPathOf(product)} className="card-link">
        <Picture category={product.category} />
        <span className="brand">{product.brand.name}</span>
        <h3>{product.name}</h3>
        <Price product={product} />
      </Link>
      <div className="actions">
        <AddToCartButton product={product} />
        <FavoriteButton product={product} />
      </div>
    </article>
  );
}
