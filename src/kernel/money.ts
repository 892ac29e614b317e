/** An amount is an integer number of minor units (cents) of its location's currency; it is formatted at the edge. */

/**
 * ISO 4217's exceptions from two minor digits. Not taken from Intl: its digits follow usage and change with the
 * runtime (the forint went from two to none), and stored amounts must keep their meaning.
 */
const minorDigitExceptions = new Map<string, number>([
  ...'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF'
    .split(' ')
    .map((code) => [code, 0] as const),
  ...'BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, 3] as const),
])

/** Whether this is an ISO 4217 code that the runtime can name and format. */
export const isCurrency = (code: string): boolean => Intl.supportedValuesOf('currency').includes(code)

/** How many digits of an amount are minor units: 2 for EUR, 0 for JPY, 3 for KWD. */
export const minorDigits = (currency: string): number => minorDigitExceptions.get(currency) ?? 2
