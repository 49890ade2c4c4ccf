'use client';

import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
  type ReactNode,
} from 'react';
import { productOf, sellingPrice, type Product } from '../lib/catalogue';
import { USER_KEY } from '../lib/clickstreamClient';
import type { CartLine } from '../lib/clickstreamEvents';
import { store, stored } from '../lib/storage';

const CART_KEY = 'shop.cart';
const WISHES_KEY = 'shop.wishes';

const FREE_DELIVERY_FROM = 2_000_000;
const DELIVERY_FEE = 30_000;

interface State {
  readonly quantities: Readonly<Record<string, number>>;
  readonly wishes: readonly string[];
  readonly userId: string | null;
}

interface Shop extends State {
  /** True once the state has been read from local storage. */
  readonly loaded: boolean;
  readonly lines: readonly CartLine[];
  readonly goods: number;
  readonly delivery: number;
  changeQuantity(product: Product, by: number): void;
  emptyCart(): void;
  toggleWish(product: Product): void;
  logIn(userId: string | null): void;
}

const ShopContext = createContext<Shop | null>(null);

/** Provides cart, wish list and user, which are stored in the browser. */
export function ShopProvider({ children }: { readonly children: ReactNode }) {
  const [state, setState] = useState<State>({ quantities: {}, wishes: [], userId: null });
  const [loaded, setLoaded] = useState(false);

  useEffect(() => {
    setState({
      quantities: stored(CART_KEY) ?? {},
      wishes: stored(WISHES_KEY) ?? [],
      userId: stored<{ id: string }>(USER_KEY)?.id ?? null,
    });
    setLoaded(true);
    // Links and buttons run the shop's code from now on; the browser tests wait for this attribute.
    document.documentElement.dataset.hydrated = 'yes';
  }, []);

  useEffect(() => {
    if (loaded) {
      store(CART_KEY, state.quantities);
      store(WISHES_KEY, state.wishes);
      store(USER_KEY, state.userId && { id: state.userId });
    }
  }, [loaded, state]);

  const changeQuantity = useCallback(
    ({ id }: Product, by: number) =>
      setState((old) => {
        const { [id]: before = 0, ...others } = old.quantities;
        const quantity = before + by;
        return {
          ...old,
          quantities: quantity > 0 ? { ...old.quantities, [id]: quantity } : others,
        };
      }),
    [],
  );
  const emptyCart = useCallback(() => setState((old) => ({ ...old, quantities: {} })), []);
  const toggleWish = useCallback(
    ({ id }: Product) =>
      setState((old) => ({
        ...old,
        wishes: old.wishes.includes(id)
          ? old.wishes.filter((wish) => wish !== id)
          : [...old.wishes, id],
      })),
    [],
  );
  const logIn = useCallback((userId: string | null) => setState((old) => ({ ...old, userId })), []);

  const shop = useMemo(() => {
    const lines = Object.entries(state.quantities).flatMap(([id, quantity]) => {
      const product = productOf(id);
      return product ? [{ product, quantity }] : [];
    });
    const goods = lines.reduce(
      (sum, { product, quantity }) => sum + quantity * sellingPrice(product),
      0,
    );
    const delivery = goods > 0 && goods < FREE_DELIVERY_FROM ? DELIVERY_FEE : 0;
    return {
      ...state,
      loaded,
      lines,
      goods,
      delivery,
      changeQuantity,
      emptyCart,
      toggleWish,
      logIn,
    };
  }, [state, loaded, changeQuantity, emptyCart, toggleWish, logIn]);

  return <ShopContext.Provider value={shop}>{children}</ShopContext.Provider>;
}

export function useShop(): Shop {
  const shop = useContext(ShopContext);
  if (!shop) {
    throw new Error('There is no ShopProvider around this component');
  }
  return shop;
}
