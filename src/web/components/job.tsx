import * as format from '../../kernel/format.ts'
import type { Job, JobEvent, JobLine, OpenDay } from '../job.ts'
import type { Reader } from '../reader.ts'
import { Icon } from './icon.tsx'
import { Amount, Name } from './text.tsx'

/** The parts of a work order's pages, to customers and staff alike. */

type Told = { r: Reader; zone: string }

/** `Friday 27 November, 17:00`. */
export const DayHour = ({ r, zone, at }: Told & { at: number }) => (
  <time datetime={new Date(at).toISOString()}>
    <bdi dir={r.direction} class="day-hour">
      {r.say('job.day_hour', {
        day: format.formatDate(r.locale, at, zone, 'long'),
        time: format.formatTime(r.locale, at, zone),
      })}
    </bdi>
  </time>
)

/** How far the work is: what is behind, where it stands, what lies ahead. */
export const Steps = ({ r, zone, job }: Told & { job: Job }) => (
  <ol class="steps">
    {job.steps.map(({ status, state, at }) => (
      <li class={`step step-${state}`} aria-current={state === 'now' ? 'step' : undefined}>
        <span class="step-mark">{state === 'done' ? <Icon name="check" /> : null}</span>
        <span class="step-name">
          {r.say(`job.status_${status}`)}
          <span class="unseen"> {r.say(`job.step_${state}`)}</span>
        </span>
        {at === null ? null : (
          <span class="step-at quiet">
            <DayHour r={r} zone={zone} at={at} />
          </span>
        )}
      </li>
    ))}
  </ol>
)

const stillGoes = (job: Job) =>
  job.status !== 'cancelled' && job.status !== 'collected' && job.status !== 'closed'

/** The day and hour promised; where it is another than at first, both, and why. */
export const ReadyBy = ({ r, zone, job }: Told & { job: Job }) => {
  const { promised, first, why, since } = job.ready
  const at = (instant: number) => <DayHour r={r} zone={zone} at={instant} />
  if (since !== null && job.steps.some(({ status, state }) => status === 'ready' && state !== 'ahead'))
    return (
      <dl class="ready">
        <div>
          <dt>{r.say('job.ready_since')}</dt>
          <dd class="ready-now">{at(since)}</dd>
        </div>
        {first === null ? null : (
          <div>
            <dt>{r.say('job.first_promise')}</dt>
            <dd>{at(first)}</dd>
          </div>
        )}
      </dl>
    )
  if (!stillGoes(job) || job.status === 'reopened') return null
  return (
    <dl class="ready">
      <div>
        <dt>{r.say('job.ready_by')}</dt>
        <dd class="ready-now">
          {promised === null ? (
            r.say(first === null ? 'job.no_date' : 'job.date_open')
          ) : (
            <>
              {at(promised)} <span class="quiet">{r.say('job.often_earlier')}</span>
            </>
          )}
        </dd>
      </div>
      {first === null || first === promised ? null : (
        <>
          <div>
            <dt>{r.say('job.first_promise')}</dt>
            <dd class={promised === null ? undefined : 'ready-first'}>{at(first)}</dd>
          </div>
          {promised !== null && why ? (
            <div>
              <dt>{r.say('job.why')}</dt>
              <dd>{r.say(why)}</dd>
            </div>
          ) : null}
        </>
      )}
    </dl>
  )
}

/** To staff: how likely the day and hour is kept. */
export const Chance = ({ r, chance }: { r: Reader; chance: number | null }) =>
  chance === null ? null : (
    <div class="chance">
      <meter min={0} max={1} value={chance} aria-hidden="true" />{' '}
      {r.say('work.chance', { percent: format.formatNumber(r.locale, Math.floor(chance * 100)) })}
    </div>
  )

/** What was agreed, how far it has come, what it will not go above, and the bill. */
export const Costs = ({ r, job: { price } }: { r: Reader; job: Job }) => {
  if (price.ceiling === null && price.billed === null) return <p class="quiet">{r.say('job.no_price')}</p>
  const rows = [
    ['job.approved', price.approved],
    ['job.ceiling', price.ceiling],
    ['job.so_far', price.billed === null ? price.actual : null],
    ['job.billed', price.billed],
  ] as const
  return (
    <dl class="costs">
      {rows.map(([key, amountMinor]) =>
        amountMinor === null ? null : (
          <div class={key === 'job.ceiling' ? 'costs-most' : undefined}>
            <dt>{r.say(key)}</dt>
            <dd>
              <Amount r={r} money={{ amountMinor, currency: price.currency }} />
            </dd>
          </div>
        ),
      )}
    </dl>
  )
}

const standing = ({ decision, workedAt, billed }: JobLine) =>
  billed !== null ? 'billed' : workedAt !== null ? 'worked' : decision

/** Every line that was ever asked, with what became of it; `open` ones are asked elsewhere. */
export const Lines = ({ r, job, lines }: { r: Reader; job: Job; lines: JobLine[] }) =>
  lines.length === 0 ? null : (
    <table class="price job-lines">
      <caption>{r.say('job.lines')}</caption>
      <tbody>
        {lines.map((line) => (
          <tr class={`job-line-${line.decision}`}>
            <th scope="row">
              <Name text={line.name} />
              <span class="quiet job-standing"> {r.say(`job.line_${standing(line)}`)}</span>
            </th>
            <td>
              <Amount
                r={r}
                money={{
                  amountMinor: line.billed ?? line.actual ?? line.amount,
                  currency: job.price.currency,
                }}
              />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )

export const Photos = ({ r, zone, job: { photos } }: Told & { job: Job }) =>
  photos.length === 0 ? null : (
    <section aria-labelledby="photos">
      <h2 id="photos">{r.say('job.photos')}</h2>
      <ul class="photos">
        {photos.map(({ href, subject, at }, place) => (
          <li>
            <a href={href}>
              <img
                src={href}
                loading="lazy"
                width="320"
                height="240"
                alt={r.say('job.photo', {
                  number: format.formatNumber(r.locale, place + 1),
                  subject: r.say(`job.photo_${subject}`),
                })}
              />
            </a>
            <span class="quiet">
              {r.say(`job.photo_${subject}`)}, <DayHour r={r} zone={zone} at={at} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  )

const Promises = ({ r, zone, event: { promises } }: Told & { event: JobEvent }) => {
  const time = (at: number) => <DayHour r={r} zone={zone} at={at} />
  return (
    <>
      {promises.map(({ at, first, was }) => (
        <span class="event-promise">
          {at === null
            ? r.say('job.told_open')
            : first || was === null
              ? r.sayWith(first ? 'job.told_first' : 'job.told_again', { at: time(at) })
              : r.sayWith('job.told_moved', { was: time(was), at: time(at) })}
        </span>
      ))}
    </>
  )
}

/** All that happened, with who did it and every date that was told; to staff also what it rests on. */
export const History = ({ r, zone, job, staff }: Told & { job: Job; staff: boolean }) => (
  <details id="history" class="history">
    <summary>{r.say('job.history')}</summary>
    <ol>
      {job.events.map((event) => (
        <li>
          <span class="quiet">
            <DayHour r={r} zone={zone} at={event.at} />
          </span>{' '}
          <strong>{r.say(event.what)}</strong> {event.why ? <span>{r.say(event.why)} </span> : null}
          <span class="quiet">
            {r.say(staff ? `work.by_${event.by}` : `job.by_${event.by}`)}
            {staff && event.basis ? <>, {r.say(`work.basis_${event.basis}`)}</> : null}
          </span>
          <Promises r={r} zone={zone} event={event} />
        </li>
      ))}
    </ol>
  </details>
)

/** When one can come by. */
export const OpenDays = ({ r, zone, days }: Told & { days: OpenDay[] }) =>
  days.length === 0 ? null : (
    <dl class="open-days">
      {days.map(({ date, runs }) => (
        <div>
          <dt>{format.formatPlainDate(r.locale, date, 'long')}</dt>
          {runs.map(({ from, to }) => (
            <dd>
              <bdi dir={r.direction}>{format.formatTimeRange(r.locale, from, to, zone)}</bdi>
            </dd>
          ))}
        </div>
      ))}
    </dl>
  )
