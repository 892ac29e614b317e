import type { ProblemCode } from '../../kernel/result.ts'

/** What the caller does about each problem. Words in backticks are code. */
export const advice: Record<ProblemCode, string> = {
  invalid_request:
    'Correct the request: a parameter, a header or the JSON itself. `errors` names what is wrong. Sending the same again gives the same answer.',
  unauthenticated:
    'Send `Authorization: Bearer` with a key that is neither expired nor revoked. A key that worked yesterday and is refused today has been revoked: ask whoever issued it.',
  out_of_scope: '`detail` names the scope that is missing. Ask an administrator for a key that has it.',
  not_found:
    'Check the id. What belongs to somebody else, or to the other one of test mode and live, is not found either, so that nobody learns that it exists.',
  method_not_allowed: 'Use one of the methods that the header `Allow` names; what each does stands here.',
  sold_out:
    'Read the availability again and offer another time or fewer places. It is not remembered under the key: the same request may succeed once somebody cancels.',
  wrong_state:
    'Read it again: `detail` says how it stands, and `facts` what stands in the way. A cancelled booking cannot be confirmed, a pool that a service needs cannot be archived.',
  hold_expired: 'The places went back. Hold again; they may still be free.',
  stale_revision:
    'Somebody else was first. Read it again, decide again, and send the `revision` you then have.',
  capacity_in_use:
    '`facts` names bookings that take what you want to remove. Move or cancel those first, or keep more capacity.',
  already_exists: 'Use the one that exists; `facts` names it where there is something to name.',
  body_too_large: 'Send less: split the change into several.',
  unsupported_media_type: 'Send JSON, as `Content-Type: application/json`.',
  invalid_field:
    'Correct the fields in `errors`: `path` is where in the body (`hours.weekly.mon.0.to`), `rule` is stable and for programs, `message` is for people.',
  not_bookable:
    'Choose a slot that the availability lists as `available` or `limited`. `errors` says whether it is closed, too soon, too far ahead, or no slot at all.',
  cut_off_passed:
    'Customers and partners cancel until `cancelUntil`. After that only the desk can: have the customer call.',
  key_reused:
    'A key stands for one request. Send this one under a new key; to repeat the earlier one, send exactly what was sent.',
  time_not_allowed: 'Leave `Dawr-Now` out: this location is live and runs on real time.',
  time_backwards: 'Send a time no earlier than `simulatedNow` of the location.',
  too_many_requests: 'Wait as long as `Retry-After` says, then go on more slowly.',
  internal:
    'Our mistake. Repeat the request under the same `Idempotency-Key`: it has no second effect. If it stays, tell us the `requestId`.',
  overloaded:
    'Wait as long as `Retry-After` says and repeat under the same `Idempotency-Key`, more slowly each time.',
}
