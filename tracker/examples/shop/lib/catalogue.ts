/** A category in the shop's database. */
export interface Category {
  readonly slug: string;
  readonly name: string;
}

/** A product in the shop's database; prices are in VND. */
export interface Product {
  readonly id: string;
  readonly name: string;
  readonly category: Category;
  readonly brand: { readonly name: string };
  readonly price: number;
  /** The discount in percent of the price; see {@link sellingPrice}. */
  readonly discountPercent?: number;
  readonly pitch: string;
}

const LAPTOPS: Category = { slug: 'laptops', name: 'Laptops' };
const MONITORS: Category = { slug: 'monitors', name: 'Monitors' };
const ACCESSORIES: Category = { slug: 'accessories', name: 'Accessories' };

export const CATEGORIES: readonly Category[] = [LAPTOPS, MONITORS, ACCESSORIES];

export const PRODUCTS: readonly Product[] = [
  {
    id: 'lt-001',
    name: 'TUF Gaming F16',
    category: LAPTOPS,
    brand: { name: 'ASUS' },
    price: 29_990_000,
    discountPercent: 10,
    pitch: '16" 165 Hz, Core i7, RTX 4060: quiet at work, loud at play.',
  },
  {
    id: 'lt-006',
    name: 'Aspire 5',
    category: LAPTOPS,
    brand: { name: 'Acer' },
    price: 15_990_000,
    pitch: '15.6" Full HD and a day of battery for lectures and spreadsheets.',
  },
  {
    id: 'lt-012',
    name: 'XPS 13',
    category: LAPTOPS,
    brand: { name: 'Dell' },
    price: 48_990_000,
    discountPercent: 5,
    pitch: 'A kilogram of aluminium with a screen that almost has no edge.',
  },
  {
    id: 'mn-001',
    name: 'UltraGear 27',
    category: MONITORS,
    brand: { name: 'LG' },
    price: 8_490_000,
    pitch: '27" QHD, 180 Hz, one millisecond.',
  },
  {
    id: 'mn-002',
    name: 'ViewFinity 32',
    category: MONITORS,
    brand: { name: 'Samsung' },
    price: 9_990_000,
    discountPercent: 20,
    pitch: '32" 4K with true colours for print and photo.',
  },
  {
    id: 'mn-003',
    name: 'ProArt 24',
    category: MONITORS,
    brand: { name: 'ASUS' },
    price: 5_290_000,
    pitch: '24" calibrated in the factory, turns upright.',
  },
  {
    id: 'ac-001',
    name: 'MX Master 3S',
    category: ACCESSORIES,
    brand: { name: 'Logitech' },
    price: 2_490_000,
    discountPercent: 12,
    pitch: 'The mouse that scrolls a thousand rows in a second.',
  },
  {
    id: 'ac-002',
    name: 'K3 Keyboard',
    category: ACCESSORIES,
    brand: { name: 'Keychron' },
    price: 1_890_000,
    pitch: 'Low, mechanical, for two computers at once.',
  },
  {
    id: 'ac-003',
    name: 'USB-C Hub',
    category: ACCESSORIES,
    brand: { name: 'Ugreen' },
    price: 690_000,
    pitch: 'Seven ports where the laptop has one.',
  },
];

/** The products of the outlet, whose pages use the Pages Router. */
export const OUTLET: readonly Product[] = PRODUCTS.filter(
  ({ discountPercent = 0 }) => discountPercent >= 10,
);

export function productOf(id: string): Product | undefined {
  return PRODUCTS.find((product) => product.id === id);
}

export function productsOf(category: Category): readonly Product[] {
  return PRODUCTS.filter((product) => product.category === category);
}

/** Returns the products whose name contains a text, ignoring case. */
export function productsNamed(text: string): readonly Product[] {
  return PRODUCTS.filter(({ name }) => name.toLowerCase().includes(text.trim().toLowerCase()));
}

export function urlPathOf(product: Product): string {
  return `/product/${product.id}`;
}

/** Returns the price that a customer pays, in VND. */
export function sellingPrice({ price, discountPercent = 0 }: Product): number {
  return Math.round((price * (100 - discountPercent)) / 100);
}

export function money(value: number): string {
  return `${value.toLocaleString('en-US')} ₫`;
}
