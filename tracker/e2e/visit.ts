import { expect, type Page } from '@playwright/test';

/**
 * A scripted visit of the shop. Each step does what a visitor would, and adds the names of the events
 * that it causes to `expected`, so that expectations never come from the events that arrived.
 */
export class Visit {
  readonly expected: string[] = [];

  constructor(readonly page: Page) {}

  private note(...names: string[]): void {
    this.expected.push(...names);
  }

  /** Loads a page and waits until its links and buttons run the shop's code. */
  async open(address: string): Promise<void> {
    await this.page.goto(address);
    await this.hydrated();
  }

  /** Waits until React has hydrated the page, however slow the machine is. */
  async hydrated(): Promise<void> {
    await this.page.locator('html[data-hydrated]').waitFor({ state: 'attached' });
  }

  async openHome(): Promise<void> {
    await this.open('/');
    await this.heading('Good screens, good keys, good prices.');
    this.note('home_view');
  }

  async openProduct(id: string): Promise<void> {
    await this.open(`/product/${id}`);
    await expect(this.page.getByRole('button', { name: 'Share' })).toBeVisible();
    this.note('product_view');
  }

  /** Loads the outlet, whose pages use the Pages Router. */
  async openOutlet(): Promise<void> {
    await this.open('/outlet');
    await this.heading('Outlet');
    this.note('category_view');
  }

  async goToOutlet(): Promise<void> {
    await this.page.getByRole('link', { name: 'Outlet', exact: true }).click();
    await this.heading('Outlet');
    this.note('click', 'category_view');
  }

  async goToOutletProduct(name: string): Promise<void> {
    await this.page.getByRole('link', { name }).click();
    await this.heading(name);
    this.note('click', 'product_view');
  }

  async goHome(): Promise<void> {
    await this.page.getByRole('link', { name: 'Bits & Screens' }).click();
    await this.heading('Good screens, good keys, good prices.');
    this.note('click', 'home_view');
  }

  async goToCategory(name: string): Promise<void> {
    await this.page.getByRole('navigation').getByRole('link', { name }).click();
    await this.heading(name);
    this.note('click', 'category_view');
  }

  /** Goes a step back in the history to the category's page. */
  async goBackToCategory(name: string): Promise<void> {
    await this.page.goBack();
    await this.heading(name);
    this.note('category_view');
  }

  /** Goes a step forward in the history to the category's page. */
  async goForwardToCategory(name: string): Promise<void> {
    await this.page.goForward();
    await this.heading(name);
    this.note('category_view');
  }

  /** Clicks the product's card. */
  async goToProduct(name: string): Promise<void> {
    await this.page.getByRole('heading', { level: 3, name }).click();
    await this.heading(name);
    this.note('click', 'product_view');
  }

  async addToCart(): Promise<void> {
    await this.page
      .getByRole('button', { name: /^Add to cart/ })
      .first()
      .click();
    this.note('add_to_cart_click');
  }

  async toggleWish(): Promise<void> {
    await this.page
      .getByRole('button', { name: /wish list/ })
      .first()
      .click();
    this.note('wishlist_toggle');
  }

  async share(): Promise<void> {
    await this.page.getByRole('button', { name: /^(Share|Link copied)$/ }).click();
    this.note('share_click');
  }

  async goToCart(): Promise<void> {
    await this.page.getByRole('link', { name: /^Cart/ }).click();
    await this.heading('Your cart');
    this.note('click', 'page_view');
  }

  async oneMore(product: string): Promise<void> {
    await this.page.getByRole('button', { name: `One ${product} more` }).click();
    this.note('add_to_cart_click');
  }

  async oneLess(product: string): Promise<void> {
    await this.page.getByRole('button', { name: `One ${product} less` }).click();
    this.note('remove_from_cart_click');
  }

  async removeFirst(): Promise<void> {
    await this.page.getByRole('button', { name: 'Remove', exact: true }).first().click();
    this.note('remove_from_cart_click');
  }

  async goToCheckout(): Promise<void> {
    await this.page.getByRole('link', { name: 'Check out' }).click();
    await this.heading('Checkout');
    await expect(this.page.getByRole('button', { name: 'Place order' })).toBeEnabled();
    this.note('click', 'page_view', 'checkout_start');
  }

  async payByCard(): Promise<void> {
    await this.page.getByText('By card').click();
    this.note('click');
  }

  async placeOrder(): Promise<void> {
    await this.page.getByRole('button', { name: 'Place order' }).click();
    await this.heading('Thank you!');
    this.note('checkout_complete', 'page_view');
  }

  async logIn(name: string): Promise<void> {
    await this.page.getByRole('link', { name: 'Sign in' }).click();
    await this.heading('Sign in');
    await this.page.getByLabel('User').fill(name);
    await this.page.getByLabel('Password').fill('correct horse');
    await this.page.getByRole('button', { name: 'Sign in' }).click();
    await this.heading('Good screens, good keys, good prices.');
    this.note('click', 'page_view', 'login_open', 'login_success', 'home_view');
  }

  async logOut(): Promise<void> {
    await this.page.getByRole('button', { name: 'Sign out' }).click();
    this.note('logout');
  }

  /** Visits all pages from home to thank-you, and causes every event of the shop. */
  async buyEverythingThereIs(): Promise<void> {
    await this.openHome();
    await this.logIn('an');
    await this.goToCategory('Laptops');
    await this.goToProduct('TUF Gaming F16');
    await this.toggleWish();
    await this.share();
    await this.addToCart();
    await this.goToCart();
    await this.oneMore('TUF Gaming F16');
    await this.oneLess('TUF Gaming F16');
    await this.goToCheckout();
    await this.payByCard();
    await this.placeOrder();
    await this.logOut();
  }

  private async heading(name: string): Promise<void> {
    await expect(this.page.getByRole('heading', { level: 1, name })).toBeVisible();
  }
}
