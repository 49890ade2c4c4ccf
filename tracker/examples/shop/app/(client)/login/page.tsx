'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useRef, type FormEvent } from 'react';
import { useShop } from '../../../contexts/ShopProvider';
import { loginOpen, loginSuccess } from '../../../lib/clickstreamEvents';

export default function LoginPage() {
  const { logIn } = useShop();
  const router = useRouter();
  const opened = useRef(false);

  useEffect(() => {
    // Effects may run twice.
    if (!opened.current) {
      opened.current = true;
      loginOpen();
    }
  }, []);

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get('user')).trim().toLowerCase();
    const userId = `u-${name}`;
    logIn(userId);
    loginSuccess(userId);
    router.push('/');
  }

  return (
    <>
      <h1>Sign in</h1>
      <form className="form" onSubmit={submit}>
        <label>
          User <input name="user" autoComplete="username" required />
        </label>
        <label>
          Password{' '}
          <input name="password" type="password" autoComplete="current-password" required />
        </label>
        <p className="hint">Any name and any password will do.</p>
        <button type="submit" className="primary global-clickstream-ignore-click">
          Sign in
        </button>
      </form>
    </>
  );
}
