import { formatMoney, formatNumber } from '../../kernel/format.ts'
import type { LocalText } from '../../platform/wire.ts'
import { lineKinds } from '../../work/index.ts'
import { inLanguage } from '../page.tsx'
import type { Reader } from '../reader.ts'
import type { Fault } from '../views.ts'
import { kindMessages } from '../work-verbs.ts'
import { fieldId, Notes, noted } from './form.tsx'

export type PriceListed = { name: LocalText; amount: number }

type RowsProps = {
  r: Reader
  rows: number
  fields: Record<string, string>
  faults: Fault[]
  prices: readonly PriceListed[]
  currency: string
}

/** Rows to fill in: what, how much, and whether the work can be done without it. The names of a price list are at hand. */
export const QuoteRows = ({ r, rows, fields, faults, prices, currency }: RowsProps) => (
  <>
    {Array.from({ length: rows }, (_, at) => at + 1).map((row) => {
      const name = (part: string) => `quote-${part}-${row}`
      const number = formatNumber(r.locale, row)
      return (
        <fieldset class="quote-row">
          <legend class="unseen">{r.say('work.row', { number })}</legend>
          <div class="field">
            <label for={fieldId(name('kind'))}>{r.say('work.kind')}</label>
            <select id={fieldId(name('kind'))} name={name('kind')}>
              {lineKinds.map((kind) => (
                <option value={kind} selected={fields[name('kind')] === kind}>
                  {r.say(kindMessages[kind])}
                </option>
              ))}
            </select>
          </div>
          <div class="field quote-name">
            <label for={fieldId(name('name'))}>{r.say('work.what')}</label>
            <Notes field={name('name')} faults={faults} />
            <input
              {...noted({ field: name('name'), faults })}
              value={fields[name('name')] ?? ''}
              maxlength={200}
              autocomplete="off"
              dir="auto"
              list={prices.length > 0 ? 'price-list' : undefined}
            />
          </div>
          <div class="field">
            <label for={fieldId(name('amount'))}>{r.say('work.amount', { currency })}</label>
            <Notes field={name('amount')} faults={faults} />
            <input
              {...noted({ field: name('amount'), faults })}
              value={fields[name('amount')] ?? ''}
              maxlength={14}
              inputmode="decimal"
              autocomplete="off"
            />
          </div>
          <label class="tick">
            <input
              type="checkbox"
              name={name('optional')}
              value="1"
              checked={fields[name('optional')] === '1'}
            />
            {r.say('work.optional')}
          </label>
        </fieldset>
      )
    })}
    {prices.length === 0 ? null : (
      <datalist id="price-list">
        {prices.map((price) => (
          <option value={inLanguage(r.language, price.name)}>
            {formatMoney(r.locale, { amountMinor: price.amount, currency })}
          </option>
        ))}
      </datalist>
    )}
  </>
)
