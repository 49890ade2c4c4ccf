import type { Metadata } from 'next';

export const metadata: Metadata = { title: 'About' };

export default function AboutPage() {
  return (
    <>
      <h1>About this shop</h1>
      <p>
        It sells nothing. It shows how a Next.js shop tells the Clickstream Analytics Platform what
        its visitors do; each event is in the browser’s console.
      </p>
    </>
  );
}
