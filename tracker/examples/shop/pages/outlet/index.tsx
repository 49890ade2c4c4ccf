import { useView } from '@clickstream/tracker/pages-router';
import Head from 'next/head';
import Link from 'next/link';
import { useRouter } from 'next/router';
import { money, OUTLET, sellingPrice } from '../../lib/catalogue';
import { categoryView } from '../../lib/clickstreamEvents';

/** Lists the outlet's products. The text in `brand` filters them; `sort` orders them. */
export default function OutletPage() {
  const router = useRouter();
  const { brand = '', sort } = router.query;
  useView((sink) => categoryView(sink, { slug: 'outlet', name: 'Outlet' }));

  const products = OUTLET.filter((product) =>
    product.brand.name.toLowerCase().includes(String(brand).toLowerCase()),
  );
  if (sort === 'price') {
    products.sort((a, b) => sellingPrice(a) - sellingPrice(b));
  }
  return (
    <>
      <Head>
        <title>Outlet · Bits &amp; Screens</title>
      </Head>
      <h1>Outlet</h1>
      <form className="form" onSubmit={(event) => event.preventDefault()}>
        <label>
          Brand{' '}
          <input
            value={brand}
            onChange={(event) => {
              const query = { ...router.query, brand: event.target.value };
              void router.replace({ query }, undefined, { shallow: true });
            }}
          />
        </label>
      </form>
      <p>
        <Link href={{ query: { ...router.query, sort: 'price' } }} shallow>
          Cheapest first
        </Link>
      </p>
      <ul className="lines">
        {products.map((product) => (
          <li key={product.id}>
            <Link href={`/outlet/${product.id}`}>{product.name}</Link>
            <span className="sum">{money(sellingPrice(product))}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
