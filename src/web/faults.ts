import type { FieldError } from '../kernel/result.ts'
import type { Reader } from './reader.ts'
import type { MessageKey } from './say.ts'
import type { Fault } from './views.ts'

const byField: Record<string, MessageKey> = {
  name: 'fault.name',
  email: 'fault.email',
  phone: 'fault.phone',
  reason: 'fault.reason',
  note: 'fault.too_long',
  quantity: 'fault.number',
}

/**
 * Field errors in the reader's own words: `inputOf` says which input of the page holds a path, or nothing when the
 * page has no such input. An input is named once, by its first error.
 */
export function faultsOf(
  r: Reader,
  errors: FieldError[],
  inputOf: (path: string) => string | undefined,
): Fault[] {
  const faults: Fault[] = []
  for (const { path } of errors) {
    const field = inputOf(path)
    if (field === undefined || faults.some((fault) => fault.field === field)) continue
    faults.push({ field, text: r.say(byField[path.split('.').at(-1) ?? ''] ?? 'fault.other') })
  }
  return faults
}
