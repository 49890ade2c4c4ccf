import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { Header } from '../components/Header';
import { PrivacyChoice } from '../components/PrivacyChoice';
import { ClickstreamProvider } from '../contexts/ClickstreamProvider';
import { ShopProvider } from '../contexts/ShopProvider';
import './globals.css';

export const metadata: Metadata = {
  title: { default: 'Bits & Screens', template: '%s · Bits & Screens' },
  description: 'A small shop that shows the clickstream tracker at work.',
  icons: 'data:,',
};

export default function RootLayout({ children }: { readonly children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <ClickstreamProvider>
          <ShopProvider>
            <Header />
            <main>{children}</main>
            <footer>
              <a href="/about">About this shop</a>
              <a href="/outlet">Outlet</a>
              <PrivacyChoice />
            </footer>
          </ShopProvider>
        </ClickstreamProvider>
      </body>
    </html>
  );
}
