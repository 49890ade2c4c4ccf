import Link from 'next/link';
import { HomeTracker } from '../../components/HomeTracker';
import { ProductCard } from '../../components/ProductCard';
import { CATEGORIES, PRODUCTS } from '../../lib/catalogue';

export default function HomePage() {
  return (
    <>
      <HomeTracker />
      <section className="hero">
        <h1>Good screens, good keys, good prices.</h1>
        <p>Free delivery from 2,000,000 ₫.</p>
        <Link href={`/category/${CATEGORIES[0]!.slug}`} className="button" data-banner="hero">
          See laptops
        </Link>
      </section>
      <h2>This week</h2>
      <div className="grid">
        {PRODUCTS.filter((product) => product.discountPercent).map((product) => (
          <ProductCard key={product.id} product={product} />
        ))}
      </div>
    </>
  );
}
