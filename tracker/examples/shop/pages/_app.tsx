import { ClickstreamProvider } from '@clickstream/tracker/pages-router';
import type { AppProps } from 'next/app';
import '../app/globals.css';
import { Header } from '../components/Header';
import { ShopProvider } from '../contexts/ShopProvider';
import { tracker } from '../lib/clickstreamClient';

/** The pages under `pages/` use the Pages Router; those under `app/` use the App Router. */
export default function App({ Component, pageProps }: AppProps) {
  return (
    <ClickstreamProvider tracker={tracker} filterParameters={['brand']}>
      <ShopProvider>
        <Header />
        <main>
          <Component {...pageProps} />
        </main>
      </ShopProvider>
    </ClickstreamProvider>
  );
}
