/** Expected outcomes are values (Law 10): a verb returns a Result, and only a bug throws. */

/** The closed set of outcome codes, with the HTTP status and the English title each one has on the wire. */
export const problems = {
  invalid_request: [400, 'The request is not valid'],
  unauthenticated: [401, 'A valid key or session is needed'],
  out_of_scope: [403, 'This key or session may not do that'],
  not_found: [404, 'There is no such thing, or it is not yours'],
  method_not_allowed: [405, 'This address does not take that method'],
  sold_out: [409, 'Not enough places are left'],
  wrong_state: [409, 'The present state does not allow this'],
  hold_expired: [409, 'The hold has run out'],
  stale_revision: [409, 'It has been changed since it was read'],
  capacity_in_use: [409, 'Bookings already use this capacity'],
  already_exists: [409, 'It exists already'],
  body_too_large: [413, 'The request body is too large'],
  unsupported_media_type: [415, 'The body must be JSON'],
  invalid_field: [422, 'A field breaks a rule'],
  not_bookable: [422, 'This time cannot be booked'],
  cut_off_passed: [422, 'It is too late for this'],
  key_reused: [422, 'This idempotency key was used for another request'],
  time_not_allowed: [422, 'Only a test-mode location takes its time from the caller'],
  time_backwards: [422, 'Simulated time never runs backwards'],
  too_many_requests: [429, 'Too many requests'],
  internal: [500, 'Something went wrong on our side'],
  overloaded: [503, 'Too busy at the moment'],
} as const satisfies Record<string, readonly [status: number, title: string]>

export type ProblemCode = keyof typeof problems

/** One field at fault: `path` as in the request body (`hours.0.to`), `rule` for programs, `message` for people. */
export type FieldError = { path: string; rule: string; message: string }

export type Problem = {
  code: ProblemCode
  /** One sentence on this very case; no personal data, no secret. */
  detail?: string
  errors?: FieldError[]
  /** Facts a program can act on, such as the bookings that stand in the way. */
  facts?: Record<string, unknown>
}

export type Ok<T> = { ok: true; value: T }
export type Refused = { ok: false; problem: Problem }
export type Result<T> = Ok<T> | Refused

export const ok = <T>(value: T): Ok<T> => ({ ok: true, value })

export const refuse = (code: ProblemCode, more: Omit<Problem, 'code'> = {}): Refused => ({
  ok: false,
  problem: { code, ...more },
})

/** Refuses because of one field. */
export const refuseField = (
  path: string,
  rule: string,
  message: string,
  code: ProblemCode = 'invalid_field',
) => refuse(code, { detail: message, errors: [{ path, rule, message }] })

/** A fault for each value that stands in the list before; `path` is that of the value at an index. */
export const repeated = (values: string[], path: (index: number) => string): FieldError[] =>
  values.flatMap((value, i) =>
    values.indexOf(value) < i ? { path: path(i), rule: 'duplicate', message: 'It stands here already.' } : [],
  )
