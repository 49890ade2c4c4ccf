import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { AddToCartButton } from '../../../../components/AddToCartButton';
import { FavoriteButton } from '../../../../components/FavoriteButton';
import { Picture } from '../../../../components/Picture';
import { Price } from '../../../../components/Price';
import { ProductViewTracker } from '../../../../components/ProductViewTracker';
import { ShareButton } from '../../../../components/ShareButton';
import { productOf, PRODUCTS } from '../../../../lib/catalogue';

interface Props {
  readonly params: Promise<{ readonly id: string }>;
}

export function generateStaticParams() {
  return PRODUCTS.map(({ id }) => ({ id }));
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: productOf((await params).id)?.name };
}

export default async function ProductPage({ params }: Props) {
  const product = productOf((await params).id) ?? notFound();
  const { category } = product;
  return (
    <>
      <ProductViewTracker product={product} />
      <p className="crumbs">
        <Link href="/">Home</Link> /{' '}
        <Link href={`/category/${category.slug}`}>{category.name}</Link>
      </p>
      <div className="product">
        <Picture category={category} />
        <div>
          <span className="brand">{product.brand.name}</span>
          <h1>{product.name}</h1>
          <Price product={product} />
          <p>{product.pitch}</p>
          <div className="actions">
            <AddToCartButton product={product} />
            <FavoriteButton product={product} />
            <ShareButton product={product} />
          </div>
          <details>
            <summary>Delivery and returns</summary>
            <p>At your door in two days. Send it back within thirty.</p>
          </details>
        </div>
      </div>
    </>
  );
}
