import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { CategoryTracker } from '../../../../components/CategoryTracker';
import { ProductCard } from '../../../../components/ProductCard';
import { CATEGORIES, productsOf } from '../../../../lib/catalogue';

interface Props {
  readonly params: Promise<{ readonly slug: string }>;
}

async function categoryOf({ params }: Props) {
  const { slug } = await params;
  return CATEGORIES.find((category) => category.slug === slug);
}

export function generateStaticParams() {
  return CATEGORIES.map(({ slug }) => ({ slug }));
}

export async function generateMetadata(props: Props): Promise<Metadata> {
  return { title: (await categoryOf(props))?.name };
}

export default async function CategoryPage(props: Props) {
  const category = (await categoryOf(props)) ?? notFound();
  return (
    <>
      <CategoryTracker category={category} />
      <h1>{category.name}</h1>
      <div className="grid">
        {productsOf(category).map((product) => (
          <ProductCard key={product.id} product={product} />
        ))}
      </div>
    </>
  );
}
