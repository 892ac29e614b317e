import { describe, expect, test } from 'vitest'
import { mainReasons } from '../../src/queue/rules/index.ts'
import { MyWait, SpanText } from '../../src/web/components/wait.tsx'
import { languages } from '../../src/web/languages.ts'
import { readerFor } from '../../src/web/reader.ts'

const at = (clock: string) => Date.parse(`2026-11-21T${clock}Z`)
const [r, zone] = [readerFor('en', 'GB'), 'Europe/London']
const reason = {
  ...{ ahead: 3, desks: 2, paceSeconds: 380, appointments: 1.5, closesAt: at('17:00:00') },
  main: 'ahead' as (typeof mainReasons)[number],
}
const wait = {
  ...{ from: at('10:40:59'), to: at('10:55:01'), median: at('10:47:00'), beBackBy: at('10:35:59') },
  ...{ promisedBy: at('10:55:01') as number | null, renewedBy: null as number | null },
  ...{ quotedAt: at('10:20:00'), ahead: 3, reason },
}
const record = { told: 180, inside: 144, kept: 162 }

type Props = Parameters<typeof MyWait>[0]
const said = (props: Partial<Props> = {}) =>
  String(MyWait({ r, zone, wait, record, away: true, ...props }))
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+([.,:])/g, '$1')
    .replace(/\s+/g, ' ')
    .trim()

describe('my wait', () => {
  test('is the range of clock times that was computed, when to be back, what was promised, and why', () => {
    expect(said()).toBe(
      [
        'Your turn is between 10:40 and 10:55. Be back by 10:35. We promised you: by 10:55.',
        'Why? It is mostly the people before you. 3 people may be called before you. 2 desks are open for this.',
        'At one desk it takes 6 minutes, 20 seconds from one call to the next.',
        'Appointments that we expect before you: 1.5. We close at 17:00.',
        'Of 180 waits told here lately, 144 ended within the range.',
      ].join(' '),
    )
  })

  test('leaves out what there is not', () => {
    const bare = { ...reason, desks: 1, paceSeconds: 0, appointments: 0, closesAt: null }
    const shown = said({ away: false, record: null, wait: { ...wait, promisedBy: null, reason: bare } })
    expect(shown).toMatch(/^Your turn is between 10:40 and 10:55\. Why\? .* 1 desk is open for this\.$/)
    expect(said({ wait: null })).toBe('null')
    expect(said({ record: { told: 0, inside: 0, kept: 0 } })).not.toContain('told here lately')
  })

  test('says the first promise beside the one that took its place', () => {
    expect(said({ wait: { ...wait, renewedBy: at('11:10:00') } })).toContain(
      'We promised you 10:55. That did not work out: now we say by 11:10.',
    )
  })

  test('says where nobody can say', () => {
    expect(said({ wait: { ...wait, to: null } })).toContain(
      'Your turn is after 10:40. How late cannot be said yet.',
    )
    const unknown = { ...wait, from: null, to: null, beBackBy: null, promisedBy: null }
    expect(said({ wait: unknown })).toContain('When it is your turn cannot be said yet. Why?')
    expect(String(SpanText({ r, zone, span: null, of: 'joining' }))).toContain(
      'How long it takes cannot be said',
    )
  })

  test('has a sentence for every reason, in every language', () => {
    for (const language of languages) {
      const sentences = mainReasons.map((main) =>
        said({ r: readerFor(language, 'GB'), wait: { ...wait, reason: { ...reason, main } } }),
      )
      expect(new Set(sentences).size).toBe(mainReasons.length)
    }
  })
})
