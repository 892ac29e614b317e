/** Dates, times, digits and money of pages are those of messages too. */
export * from '../kernel/format.ts'
