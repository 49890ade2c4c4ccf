'use client';

import Link from 'next/link';
import { FavoriteButton } from '../../../components/FavoriteButton';
import { useShop } from '../../../contexts/ShopProvider';
import { money, sellingPrice, urlPathOf } from '../../../lib/catalogue';
import { addToCartClick, removeFromCartClick } from '../../../lib/clickstreamEvents';

export default function CartPage() {
  const { loaded, lines, goods, delivery, changeQuantity } = useShop();
  if (loaded && lines.length === 0) {
    return (
      <>
        <h1>Your cart</h1>
        <p className="empty">
          Nothing in it yet. <Link href="/">Look around</Link>
        </p>
      </>
    );
  }
  return (
    <>
      <h1>Your cart</h1>
      <ul className="lines">
        {lines.map(({ product, quantity }) => (
          <li key={product.id}>
            <Link href={urlPathOf(product)}>
              <span className="brand">{product.brand.name}</span> {product.name}
            </Link>
            <span className="quantity">
              <button
                type="button"
                className="global-clickstream-ignore-click"
                aria-label={`One ${product.name} less`}
                onClick={() => {
                  changeQuantity(product, -1);
                  removeFromCartClick(product);
                }}
              >
                −
              </button>
              <output>{quantity}</output>
              <button
                type="button"
                className="global-clickstream-ignore-click"
                aria-label={`One ${product.name} more`}
                onClick={() => {
                  changeQuantity(product, 1);
                  addToCartClick(product);
                }}
              >
                +
              </button>
            </span>
            <span className="sum">{money(quantity * sellingPrice(product))}</span>
            <FavoriteButton product={product} />
            <button
              type="button"
              className="quiet global-clickstream-ignore-click"
              onClick={() => {
                changeQuantity(product, -quantity);
                removeFromCartClick(product, quantity);
              }}
            >
              Remove
            </button>
          </li>
        ))}
      </ul>
      <div className="total">
        <span>Delivery {delivery ? money(delivery) : 'free'}</span>
        <strong>Total {money(goods + delivery)}</strong>
        <Link href="/checkout" className="button">
          Check out
        </Link>
      </div>
    </>
  );
}
