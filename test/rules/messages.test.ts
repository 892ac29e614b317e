import { IntlMessageFormat } from 'intl-messageformat'
import { describe, expect, test } from 'vitest'
import { chooseLanguage, languages, sameAddressIn } from '../../src/web/languages.ts'
import { readerFor } from '../../src/web/reader.ts'
import { type MessageKey, messages } from '../../src/web/say.ts'

type Ast = ReturnType<IntlMessageFormat['getAst']>
const keys = Object.keys(messages.en) as MessageKey[]
const astOf = (text: string, locale: string): Ast =>
  new IntlMessageFormat(text, locale, undefined, { ignoreTag: true }).getAst()

/** Every argument with its kind, and the branches of every plural, at any depth. */
function partsOf(ast: Ast): { arguments: Set<string>; plurals: string[][] } {
  const found = { arguments: new Set<string>(), plurals: [] as string[][] }
  for (const part of ast) {
    if ('options' in part) {
      found.arguments.add(`${part.value} ${'pluralType' in part ? 'plural' : 'select'}`)
      if ('pluralType' in part) found.plurals.push(Object.keys(part.options))
      for (const option of Object.values(part.options)) {
        const inner = partsOf(option.value)
        for (const name of inner.arguments) found.arguments.add(name)
        found.plurals.push(...inner.plurals)
      }
    } else if (part.type === 1) found.arguments.add(`${part.value} text`)
  }
  return found
}

/** What is left of a message for people to read. */
const words = (text: string) => text.replace(/\{\w+\}|\{\w+, plural,|[a-z]+ \{/g, '').match(/\p{L}+/gu) ?? []

describe.each(languages)('messages in %s', (language) => {
  test('are there, all of them and no others', () => {
    expect(Object.keys(messages[language]).sort()).toEqual([...keys].sort())
    expect(keys.filter((key) => messages[language][key].trim() === '')).toEqual(
      keys.filter((key) => messages.en[key].trim() === ''),
    )
  })

  test('take the arguments that the English ones take', () => {
    for (const key of keys) {
      const told = partsOf(astOf(messages[language][key], language))
      expect(told.arguments, key).toEqual(partsOf(astOf(messages.en[key], 'en')).arguments)
    }
  })

  test('have every plural form of the language', () => {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories.toSorted()
    const plurals = keys.flatMap((key) => partsOf(astOf(messages[language][key], language)).plurals)
    expect(plurals.length).toBeGreaterThan(4)
    // A number may have words of its own beside the forms, as nobody (=0) has.
    for (const branches of plurals) {
      expect(branches.filter((branch) => !branch.startsWith('=')).toSorted()).toEqual(forms)
    }
  })
})

test('nothing is left in English', () => {
  // Words that Dutch shares with English, alone in their message.
  const shared: MessageKey[] = ['desk.via', 'word.by_web']
  const same = keys.filter(
    (key) => messages.nl[key] === messages.en[key] && words(messages.en[key]).length > 0,
  )
  expect(same).toEqual(shared)
  const latin = keys.filter((key) => words(messages.ar[key]).some((word) => /\p{Script=Latin}/u.test(word)))
  expect(latin).toEqual(['fault.email'])
})

describe('saying', () => {
  const english = readerFor('en', 'GB')
  const riyadh = readerFor('ar', 'SA')

  test('chooses the plural and the digits', () => {
    expect(english.say('slot.left', { count: 1 })).toBe('1 place left')
    expect(readerFor('nl', 'NL').say('slot.left', { count: 3 })).toBe('Nog 3 plekken')
    expect(riyadh.say('slot.left', { count: 2 })).toBe('بقي مكانان')
    expect(riyadh.say('slot.left', { count: 5 })).toBe('بقيت ٥ أماكن')
    expect(readerFor('ar', 'GB').say('slot.left', { count: 11 })).toBe('بقي 11 مكانًا')
  })

  test('fences off a text of the other direction, and no other', () => {
    expect(riyadh.say('desk.via', { name: 'Delta Reizen' })).toBe('عن طريق \u2068Delta Reizen\u2069')
    expect(riyadh.say('desk.via', { name: 'رحلة' })).toBe('عن طريق رحلة')
    expect(english.say('desk.via', { name: 'رحلة' })).toBe('via \u2068رحلة\u2069')
    expect(english.say('desk.via', { name: 'Delta Reizen' })).toBe('via Delta Reizen')
  })

  test('takes what it is given as text, braces and markup included', () => {
    expect(english.say('desk.via', { name: '{count, plural, <b>' })).toBe('via {count, plural, <b>')
  })

  test('keeps elements as they are', () => {
    const said = english.sayWith('hold.until', { time: ['14:32'] })
    expect([said].flat(2).join('')).toBe('Kept for you until 14:32.')
  })
})

describe('the language of a page', () => {
  test.each([
    [{ query: 'ar', cookie: 'nl', acceptLanguage: 'en' }, 'ar'],
    [{ query: 'xx', cookie: 'nl', acceptLanguage: 'en' }, 'nl'],
    [{ acceptLanguage: 'de-DE, nl-BE;q=0.8, en;q=0.9' }, 'en'],
    [{ acceptLanguage: 'AR-eg' }, 'ar'],
    [{ acceptLanguage: 'nl;q=0, fr' }, 'en'],
    [{ acceptLanguage: ';;,q=,*' }, 'en'],
    [{}, 'en'],
  ])('%j is %s', (wish, language) => {
    expect(chooseLanguage(wish)).toBe(language)
  })

  test('changes in place: the address keeps its path and its query', () => {
    const url = new URL('https://example.org/services/tour?date=2026-11-28&lang=en&u.adult=2')
    expect(sameAddressIn(url)).toEqual({
      en: '/services/tour?date=2026-11-28&lang=en&u.adult=2',
      nl: '/services/tour?date=2026-11-28&lang=nl&u.adult=2',
      ar: '/services/tour?date=2026-11-28&lang=ar&u.adult=2',
    })
  })
})
