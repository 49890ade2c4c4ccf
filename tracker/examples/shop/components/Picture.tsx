import type { Category } from '../lib/catalogue';

const SHAPES: Record<string, string> = {
  laptops: 'M30 28h60v38H30zM20 72h80l-6 8H26z',
  monitors: 'M22 22h76v46H22zM54 68h12v10H54zM42 78h36v4H42z',
  accessories:
    'M60 20c14 0 20 10 20 24v16c0 14-8 22-20 22s-20-8-20-22V44c0-14 6-24 20-24zM57 32h6v14h-6z',
};

/** Draws a symbol of a product's category. */
export function Picture({ category }: { readonly category: Category }) {
  return (
    <svg className={`picture ${category.slug}`} viewBox="0 0 120 100" role="img">
      <title>{category.name}</title>
      <path d={SHAPES[category.slug]} fillRule="evenodd" />
    </svg>
  );
}
