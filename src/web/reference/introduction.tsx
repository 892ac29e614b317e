import type { Child } from 'hono/jsx'
import { limits } from '../../config.ts'
import type { Scope } from '../../people/index.ts'
import { Marked } from './text.tsx'

/** What holds for every endpoint, told once. */

const scopeTexts: Record<Scope, string> = {
  config: 'set up the organisation, its locations, pools and services',
  keys: 'add partners, issue and revoke keys, sign colleagues in',
  events: 'read the event stream',
  bookings: 'make, read, confirm and cancel bookings: a partner its own',
  desk: 'see and change everybody’s bookings, past the cut-off too',
  work: 'take in work, and see and move on every work order',
  capacity: 'change the capacity of a pool, with a reason',
  time: 'move the clock of a test-mode location',
}

export type Topic = { id: string; title: string; text: Child }

const paragraphs = (...texts: string[]): Child =>
  texts.map((text) => (
    <p>
      <Marked text={text} />
    </p>
  ))

export const topics: Topic[] = [
  {
    id: 'authentication',
    title: 'Keys and scopes',
    text: (
      <>
        {paragraphs(
          'A key goes along as `Authorization: Bearer <key>`. It has a role (admin, staff, partner) and scopes; every endpoint says which it needs. A key is shown once, when it is issued, and can be revoked at any moment.',
        )}
        <ul class="fields">
          {Object.entries(scopeTexts).map(([scope, text]) => (
            <li>
              <b>
                <code>{scope}</code>
              </b>{' '}
              {text}
            </li>
          ))}
        </ul>
        {paragraphs(
          'Customers need no key. Whoever holds a slot gets the `token` of that one booking, which reads, confirms, extends and cancels it: as a bearer token here, or in the address of the booking’s own page, `/my/<token>`. Cookies do not count on the API.',
        )}
      </>
    ),
  },
  {
    id: 'idempotency',
    title: 'Repeating a request',
    text: paragraphs(
      'Every change carries an `Idempotency-Key` of your making: 16 to 100 letters, digits, - or _; a UUID will do. When an answer got lost, send exactly the same again: nothing happens twice, and the answer has `Idempotent-Replayed: true` and tells how things are now. The same key with another body is refused as `key_reused`.',
      'What was refused is not remembered: a request that met `sold_out` may succeed later under the same key.',
    ),
  },
  {
    id: 'problems-format',
    title: 'When it does not work',
    text: paragraphs(
      'Every refusal is a problem document (RFC 9457, `application/problem+json`). `code` is one of a closed set and never changes its meaning; `detail` is one sentence about this very case; `errors` names fields; `facts` holds what a program can act on. Mention `requestId` when you ask for help: it is in the header `Request-Id` of every answer too.',
    ),
  },
  {
    id: 'time',
    title: 'Times and zones',
    text: paragraphs(
      'Instants are ISO 8601 with their offset from UTC. Answers have them as the clock of the location shows them, with its IANA zone beside. Dates and opening hours are local. A wall time that a date does not have, or has twice, is refused when it is configured.',
      'Amounts are whole numbers of the smallest unit of the location’s currency: 1800 is 18.00 in EUR and 1800 in JPY.',
    ),
  },
  {
    id: 'lists',
    title: 'Lists',
    text: paragraphs(
      `A list answers with \`next\`: send it as \`after\` for the next page, until it is null. Cursors are opaque and stay good. A page has at most ${limits.page} entries.`,
    ),
  },
  {
    id: 'reading-what-was-written',
    title: 'Reading what was just written',
    text: paragraphs(
      'Answers carry `Dawr-Bookmark`. Send it along with a later request and that one sees at least as much, whichever replica of the database answers it.',
    ),
  },
  {
    id: 'test-mode',
    title: 'Test mode and simulated time',
    text: paragraphs(
      'A location that is made with `simulatedNow` is in test mode for good: customers are not offered it, and its clock stands still until somebody moves it. A key with the scope `time` does so by `advance`, or by sending `Dawr-Now: <instant>` with any request about that location. Time never runs backwards. Live locations refuse `Dawr-Now`.',
      'A partner’s test-mode key reaches test-mode locations alone, and its live key live ones alone: to each the others do not exist.',
    ),
  },
  {
    id: 'limits',
    title: 'How much at once',
    text: paragraphs(
      `A body has at most ${limits.bodyBytes / 1024} KB. Whoever sends changes too fast is told \`too_many_requests\`, with \`Retry-After\`. Fields that an endpoint does not know are refused, so that a misspelt one is not lost in silence. A field is required unless it is called optional.`,
    ),
  },
]
