/** The languages of the pages, and how one is chosen. */

export const languages = ['en', 'nl', 'ar'] as const
export type Language = (typeof languages)[number]
export type Direction = 'ltr' | 'rtl'

/** Each language by its own name, as its readers look for it. */
export const languageNames: Record<Language, string> = { en: 'English', nl: 'Nederlands', ar: 'العربية' }

/** Whose dates and digits a page has that is about no location. */
export const usualCountry: Record<Language, string> = { en: 'GB', nl: 'NL', ar: 'SA' }

export const directionOf = (language: Language): Direction => (language === 'ar' ? 'rtl' : 'ltr')

const isLanguage = (text: string | null | undefined): text is Language =>
  languages.some((language) => language === text)

/** `de, nl-BE;q=0.8, en;q=0.5` gives nl: the most wanted language that we speak. */
function accepted(header: string): Language | undefined {
  const wishes = header
    .slice(0, 500)
    .split(',')
    .map((part, place) => {
      const [tag = '', ...settings] = part.trim().toLowerCase().split(';')
      const weight = settings.map((setting) => setting.trim()).find((setting) => setting.startsWith('q='))
      return { language: tag.split('-')[0], weight: weight ? Number(weight.slice(2)) : 1, place }
    })
  wishes.sort((a, b) => b.weight - a.weight || a.place - b.place)
  return wishes
    .filter((wish) => wish.weight > 0)
    .map((wish) => wish.language)
    .find(isLanguage)
}

/**
 * The language of a page: what the reader asked for here (`?lang=`), asked for before (a cookie), told the browser
 * (Accept-Language), in this order; English when none of these is a language that we speak.
 */
export function chooseLanguage(wish: {
  query?: string | null | undefined
  cookie?: string | null | undefined
  acceptLanguage?: string | null | undefined
}): Language {
  if (isLanguage(wish.query)) return wish.query
  if (isLanguage(wish.cookie)) return wish.cookie
  return accepted(wish.acceptLanguage ?? '') ?? 'en'
}

/** The address of the same page in each language, without the origin. */
export function sameAddressIn(url: URL): Record<Language, string> {
  const address = (language: Language) => {
    const query = new URLSearchParams(url.search)
    query.set('lang', language)
    return `${url.pathname}?${query}`
  }
  return { en: address('en'), nl: address('nl'), ar: address('ar') }
}
