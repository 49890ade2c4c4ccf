'use client';

import Link from 'next/link';
import { useShop } from '../contexts/ShopProvider';
import { CATEGORIES } from '../lib/catalogue';
import { logout } from '../lib/clickstreamEvents';

export function Header() {
  const { lines, userId, logIn } = useShop();
  const pieces = lines.reduce((sum, line) => sum + line.quantity, 0);
  return (
    <header>
      <Link href="/" className="logo">
        Bits &amp; Screens
      </Link>
      <nav aria-label="Categories">
        {CATEGORIES.map(({ slug, name }) => (
          <Link key={slug} href={`/category/${slug}`}>
            {name}
          </Link>
        ))}
      </nav>
      <div className="account">
        {userId ? (
          <>
            <span data-private>{userId}</span>
            <button
              type="button"
              className="quiet global-clickstream-ignore-click"
              onClick={() => {
                logout();
                logIn(null);
              }}
            >
              Sign out
            </button>
          </>
        ) : (
          <Link href="/login">Sign in</Link>
        )}
        <Link href="/cart" className="cart-link">
          Cart{pieces > 0 ? <b>{pieces}</b> : null}
        </Link>
      </div>
    </header>
  );
}
