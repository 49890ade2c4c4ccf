import { useView } from '@clickstream/tracker/pages-router';
import type { GetStaticPaths, GetStaticProps } from 'next';
import Head from 'next/head';
import Link from 'next/link';
import { AddToCartButton } from '../../components/AddToCartButton';
import { Price } from '../../components/Price';
import { OUTLET, type Product } from '../../lib/catalogue';
import { productView } from '../../lib/clickstreamEvents';

interface Props {
  readonly product: Product;
}

export const getStaticPaths: GetStaticPaths = () => ({
  paths: OUTLET.map(({ id }) => ({ params: { id } })),
  fallback: false,
});

export const getStaticProps: GetStaticProps<Props> = ({ params }) => ({
  props: { product: OUTLET.find(({ id }) => id === params?.id)! },
});

export default function OutletProductPage({ product }: Props) {
  useView((sink) => productView(sink, product), [product.id]);
  return (
    <>
      <Head>
        <title>{`${product.name} · Outlet`}</title>
      </Head>
      <p className="crumbs">
        <Link href="/outlet">Outlet</Link>
      </p>
      <h1>{product.name}</h1>
      <Price product={product} />
      <p>{product.pitch}</p>
      <AddToCartButton product={product} />
    </>
  );
}
