import type { Metadata } from 'next';
import { ProductCard } from '../../../components/ProductCard';
import { productsNamed } from '../../../lib/catalogue';

interface Props {
  readonly searchParams: Promise<{ readonly q?: string | string[] }>;
}

export const metadata: Metadata = { title: 'Search' };

/** Lists the products that match `q`. The server renders it for each request. */
export default async function SearchPage({ searchParams }: Props) {
  const text = String((await searchParams).q ?? '');
  return (
    <>
      <h1>Search</h1>
      <form className="form" role="search">
        <label>
          Product <input name="q" defaultValue={text} />
        </label>
        <button type="submit">Search</button>
      </form>
      <div className="grid">
        {productsNamed(text).map((product) => (
          <ProductCard key={product.id} product={product} />
        ))}
      </div>
    </>
  );
}
