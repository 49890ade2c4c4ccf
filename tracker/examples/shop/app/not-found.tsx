import Link from 'next/link';

export default function NotFound() {
  return (
    <div className="notice">
      <h1>Not here</h1>
      <p>There is no such page.</p>
      <Link href="/" className="button">
        Back to the shop
      </Link>
    </div>
  );
}
