import { type Adapter, field, post } from './adapter.ts'

/** Mail by the HTTP API of Resend, which keeps an idempotency key for a day: longer than a message is tried. */
export const resend =
  ({ key, from, api = 'https://api.resend.com' }: { key: string; from: string; api?: string }): Adapter =>
  ({ id, to, subject, text, html }) =>
    post(
      `${api}/emails`,
      {
        headers: {
          Authorization: `Bearer ${key}`,
          'Content-Type': 'application/json',
          'Idempotency-Key': id,
        },
        body: JSON.stringify({ from, to: [to], subject, text, html }),
      },
      { read: (answer) => field(answer, 'id') },
    )
