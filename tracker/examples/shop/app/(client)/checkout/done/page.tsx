import type { Metadata } from 'next';
import Link from 'next/link';

export const metadata: Metadata = { title: 'Thank you' };

export default function DonePage() {
  return (
    <div className="notice">
      <h1>Thank you!</h1>
      <p>Your order is on its way.</p>
      <Link href="/" className="button">
        Back to the shop
      </Link>
    </div>
  );
}
