import { formatNumber } from '../../kernel/format.ts'
import { minorDigits } from '../../kernel/money.ts'
import { isChosen, type JobLine } from '../job.ts'
import type { Reader } from '../reader.ts'
import type { Fault, Form } from '../views.ts'
import { Button, fieldId, Notes, PostForm } from './form.tsx'
import { DayHour } from './job.tsx'
import { Amount, Name } from './text.tsx'

/** A quote that waits for its answer. Amounts in minor units, instants in epoch ms. */
export type Asked = {
  form: Form
  currency: string
  zone: string
  expiresAt: number
  lines: JobLine[]
  /** What stands ticked. */
  chosen: number[]
  total: number
  /** What the customer does not want to go above. */
  limit: number | null
  /** The organisation that it is for; it decides itself, or those who look up to `approvesTo`. */
  account: { name: string; approvesTo: number; decides: boolean } | null
  tolerancePercent: number
}

/** The name of the tick box of a line. */
export const lineField = (line: number): string => `line-${line}`

const With = ({ r, asked, of }: { r: Reader; asked: Asked; of: number | null }) => {
  const along = asked.lines.filter((line) => !isChosen(line) && line.of === of)
  return along.length === 0 ? null : (
    <ul class="ask-with">
      {along.map((line) => (
        <li data-amount={line.amount} data-of={of ?? 'all'}>
          <Name text={line.name} />
          <Amount r={r} money={{ amountMinor: line.amount, currency: asked.currency }} />
        </li>
      ))}
    </ul>
  )
}

/** Line by line: what is ticked is approved, the rest is refused; one button sends both. */
export const QuoteForm = ({ r, asked, faults }: { r: Reader; asked: Asked; faults: Fault[] }) => {
  const { currency, limit, account } = asked
  const own = account && !account.decides ? account.approvesTo : null
  const most = limit !== null && own !== null ? Math.min(limit, own) : (limit ?? own)
  const money = (amountMinor: number) => <Amount r={r} money={{ amountMinor, currency }} />
  return (
    <PostForm form={asked.form} class="stack ask">
      <p>{r.sayWith('job.answer_by', { time: <DayHour r={r} zone={asked.zone} at={asked.expiresAt} /> })}</p>
      <fieldset id={fieldId('approve')} tabindex={-1} aria-describedby="ask-how">
        <legend>{r.say('job.choose')}</legend>
        <p class="hint" id="ask-how">
          {r.say('job.choose_how')}
        </p>
        <Notes field="approve" faults={faults} />
        <ul>
          {asked.lines.filter(isChosen).map((line) => (
            <li>
              <label class="ask-line">
                <input
                  type="checkbox"
                  name={lineField(line.line)}
                  value="1"
                  data-line={line.line}
                  data-amount={line.amount}
                  checked={asked.chosen.includes(line.line)}
                />
                <span>
                  <Name text={line.name} />{' '}
                  <span class="quiet">{r.say(line.optional ? 'job.optional' : 'job.needed')}</span>
                </span>
                {money(line.amount)}
              </label>
              <With r={r} asked={asked} of={line.line} />
            </li>
          ))}
        </ul>
        <With r={r} asked={asked} of={null} />
      </fieldset>
      <p class="ask-total">
        <span>{r.say('job.total')}</span>
        <output
          data-total
          data-currency={currency}
          data-digits={minorDigits(currency)}
          data-limit={most ?? undefined}
        >
          {money(asked.total)}
        </output>
      </p>
      {limit === null ? null : <p class="ask-limit">{r.sayWith('job.limit', { amount: money(limit) })}</p>}
      {account === null ? null : (
        <p class={own === null ? undefined : 'ask-limit'}>
          {r.sayWith(own === null ? 'job.office_decides' : 'job.office_above', {
            amount: money(account.approvesTo),
            name: <Name text={account.name} />,
          })}
        </p>
      )}
      {asked.tolerancePercent === 0 ? null : (
        <p class="quiet">
          {r.say('job.tolerance', { percent: formatNumber(r.locale, asked.tolerancePercent) })}
        </p>
      )}
      <Button>{r.say('job.send')}</Button>
    </PostForm>
  )
}
