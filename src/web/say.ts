import type { Child } from 'hono/jsx'
import { IntlMessageFormat, type PrimitiveType } from 'intl-messageformat'
import { isolate } from '../kernel/format.ts'
import { directionOf, type Language } from './languages.ts'
import { ar } from './messages/ar.ts'
import { en } from './messages/en.ts'
import { nl } from './messages/nl.ts'

export type MessageKey = keyof typeof en

/** The names between a message's braces and what each of them takes; English is the measure for all languages. */
type Taken<Head extends string, Text> = Head extends `${infer Name}, ${infer Kind},${string}`
  ? Kind extends 'plural'
    ? { [N in Name]: number }
    : { [N in never]: Text }
  : Head extends '' | `${string}${' ' | '#' | '{'}${string}`
    ? { [N in never]: Text }
    : { [N in Head]: Text }
type ArgumentsIn<Message extends string, Text> = Message extends `${string}{${infer Rest}`
  ? Taken<Rest extends `${infer Head}}${string}` ? Head : Rest, Text> & ArgumentsIn<Rest, Text>
  : unknown
type Arguments<Key extends MessageKey, Text> = ArgumentsIn<(typeof en)[Key], Text>
type Given<Key extends MessageKey, Text> = keyof Arguments<Key, Text> extends never
  ? []
  : [values: Arguments<Key, Text>]

export type Say = <Key extends MessageKey>(key: Key, ...values: Given<Key, string>) => string
export type SayWith = <Key extends MessageKey>(key: Key, ...values: Given<Key, Child>) => Child

export const messages: Record<Language, Record<MessageKey, string>> = { en, nl, ar }

/** Compiled once for each language and country: the digits in a message follow the country. */
const compiled = new Map<string, IntlMessageFormat>()

function compile(language: Language, locale: string, key: MessageKey): IntlMessageFormat {
  const name = `${locale} ${key}`
  let format = compiled.get(name)
  if (!format) {
    format = new IntlMessageFormat(messages[language][key], locale, undefined, { ignoreTag: true })
    compiled.set(name, format)
  }
  return format
}

/**
 * Says a message as plain text, for attributes and titles. `locale` decides the digits.
 * Texts that it is given are fenced off where they run against the direction of the language.
 */
export function speaker(language: Language, locale: string): Say {
  return (key, ...[values]) => {
    const fenced: Record<string, PrimitiveType> = {}
    for (const [name, value] of Object.entries<string | number>(values ?? {}))
      fenced[name] = typeof value === 'string' ? isolate(directionOf(language), value) : value
    return String(compile(language, locale, key).format(fenced))
  }
}

/** Says a message with elements in it, such as a time in its `<time>` and `<bdi>`. */
export function elementSpeaker(language: Language, locale: string): SayWith {
  return (key, ...[values]) =>
    compile(language, locale, key).format<Child>(values as Record<string, Child>) as Child
}
