import type { Metadata } from 'next';

export const metadata: Metadata = { title: 'About' };

export default function AboutPage() {
  return (
    <>
      <h1>About this shop</h1>
      <p>
        It sells nothing. It shows how a Next.js shop sends its visitors’ events to the Clickstream
        Analytics Platform. Each event is logged in the browser’s console.
      </p>
    </>
  );
}
