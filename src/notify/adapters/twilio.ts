import { type Adapter, field, post } from './adapter.ts'

/**
 * Text messages by the HTTP API of Twilio. It has no idempotency key for messages: where an answer is lost, and only
 * there, somebody may read one twice.
 */
export const twilio =
  ({
    account,
    token,
    from,
    api = 'https://api.twilio.com',
  }: {
    account: string
    token: string
    from: string
    api?: string
  }): Adapter =>
  ({ to, short }) =>
    post(
      `${api}/2010-04-01/Accounts/${account}/Messages.json`,
      {
        headers: {
          Authorization: `Basic ${btoa(`${account}:${token}`)}`,
          'Content-Type': 'application/x-www-form-urlencoded',
        },
        body: new URLSearchParams({ From: from, To: dialled(to), Body: short }).toString(),
      },
      { read: (answer) => field(answer, 'sid') },
    )

/** A number as networks take it: digits with a plus. */
export const dialled = (phone: string): string => phone.replace(/[^+\d]/g, '').replace(/^00/, '+')
