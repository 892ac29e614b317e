import * as format from '../kernel/format.ts'
import { type Direction, directionOf, type Language } from './languages.ts'
import { elementSpeaker, type Say, type SayWith, speaker } from './say.ts'

/** The one who reads a page: a language, in the country of the location that the page is about. */
export type Reader = {
  language: Language
  locale: format.Locale
  direction: Direction
  say: Say
  sayWith: SayWith
}

const readers = new Map<string, Reader>()

/** `country` is a two-letter code from the location's configuration, never from a visitor. */
export function readerFor(language: Language, country: string): Reader {
  const name = `${language}-${country}`
  let reader = readers.get(name)
  if (!reader) {
    const locale = format.localeFor(language, country)
    reader = {
      language,
      locale,
      direction: directionOf(language),
      say: speaker(language, locale.tag),
      sayWith: elementSpeaker(language, locale.tag),
    }
    readers.set(name, reader)
  }
  return reader
}
