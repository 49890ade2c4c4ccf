import { money, sellingPrice, type Product } from '../lib/catalogue';

export function Price({ product }: { readonly product: Product }) {
  const paid = sellingPrice(product);
  return (
    <span className="price">
      <strong>{money(paid)}</strong>
      {paid < product.price && (
        <>
          <s>{money(product.price)}</s>
          <em>−{product.discountPercent}%</em>
        </>
      )}
    </span>
  );
}
