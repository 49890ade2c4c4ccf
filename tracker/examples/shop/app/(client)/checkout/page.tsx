'use client';

import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { useShop } from '../../../contexts/ShopProvider';
import { money } from '../../../lib/catalogue';
import { checkoutComplete, checkoutStart } from '../../../lib/clickstreamEvents';

/** Returns an id of time and random characters, such as `O-M3X9T1-7KQ2`. */
function newOrderId(): string {
  const random = Math.floor(Math.random() * 36 ** 4);
  return `O-${Date.now().toString(36)}-${random.toString(36).padStart(4, '0')}`.toUpperCase();
}

export default function CheckoutPage() {
  const { loaded, lines, goods, delivery, emptyCart } = useShop();
  const router = useRouter();
  const [placed, setPlaced] = useState(false);
  const started = useRef(false);
  const value = goods + delivery;
  const pieces = lines.reduce((sum, line) => sum + line.quantity, 0);

  useEffect(() => {
    // Once per visit of the page, when the cart has been read. Effects may run twice.
    if (loaded && lines.length > 0 && !started.current) {
      started.current = true;
      checkoutStart(lines, value);
    }
  }, [loaded, lines, value]);

  function placeOrder(event: FormEvent): void {
    event.preventDefault();
    if (placed) {
      return;
    }
    setPlaced(true);
    const orderId = newOrderId();
    checkoutComplete(orderId, value, lines);
    router.push(`/checkout/done?order=${orderId}`);
    emptyCart();
  }

  if (loaded && lines.length === 0 && !placed) {
    return (
      <>
        <h1>Checkout</h1>
        <p className="empty">
          There is nothing to pay. <Link href="/">Look around</Link>
        </p>
      </>
    );
  }
  return (
    <>
      <h1>Checkout</h1>
      <form className="form" onSubmit={placeOrder}>
        <label>
          Name <input name="name" autoComplete="name" required defaultValue="An Nguyen" />
        </label>
        <label>
          Address <textarea name="address" required defaultValue="1 Le Loi, Da Nang" />
        </label>
        <fieldset>
          <legend>Payment</legend>
          <label id="pay-cod" className="choice">
            <input type="radio" name="payment" defaultChecked /> On delivery
          </label>
          <label id="pay-card" className="choice">
            <input type="radio" name="payment" /> By card
          </label>
        </fieldset>
        <div className="total">
          <span>{pieces === 1 ? '1 piece' : `${pieces} pieces`}</span>
          <strong>Total {money(value)}</strong>
          <button
            type="submit"
            className="primary global-clickstream-ignore-click"
            disabled={placed || !loaded}
          >
            Place order
          </button>
        </div>
      </form>
    </>
  );
}
