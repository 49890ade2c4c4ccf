let last = 0;
export function uuid(): string {
  last = Math.max(Date.now() * 256, last + 1);
  return (
    ('0' + last.toString(16)).replace(/.{4}\B/g, '$&') +
    '0-8000-000000000000'.replace(/0/g, () =>
      (crypto.getRandomValues(new Uint8Array(1))[0]! & 15).toString(16),
    )
  );
}
