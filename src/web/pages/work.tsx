import { ChooseForm, Chosen, openChoices } from '../components/choice.tsx'
import { Button, ErrorSummary, PostForm, SelectField } from '../components/form.tsx'
import { Costs, DayHour, History, Lines, OpenDays, Photos, ReadyBy, Steps } from '../components/job.tsx'
import { Notice } from '../components/notice.tsx'
import { type Asked, QuoteForm } from '../components/quote.tsx'
import { Name, Reference } from '../components/text.tsx'
import { type Job, type OpenDay, pauseMessage } from '../job.ts'
import { Layout } from '../layout.tsx'
import type { Reader } from '../reader.ts'
import type { Fault, Form, Frame } from '../views.ts'

export type JobView = {
  frame: Frame
  job: Job
  asked: Asked | null
  /** When one can come to collect it. */
  days: OpenDay[]
  /** Where something else can be chosen than to wait. */
  choose: Form
  cancelHref: string | null
  news: string | null
  faults: Fault[]
}

export const Items = ({ r, items }: { r: Reader; items: Job['items'] }) => (
  <ul class="items">
    {items.map(({ name, mark }) => (
      <li>
        <Name text={name} />
        {mark === undefined ? null : (
          <span class="quiet"> {r.sayWith('job.mark', { mark: <Reference code={mark} /> })}</span>
        )}
      </li>
    ))}
  </ul>
)

/** How it stands, in a sentence, and what comes next. */
const Now = ({ r, job }: { r: Reader; job: Job }) => {
  const pause = job.pause && pauseMessage(job.pause.reason)
  return (
    <p class="job-next">
      {pause ? r.say(pause) : job.status === 'paused' ? null : r.say(`job.next_${job.status}`)}{' '}
      {job.pause && job.pause.until !== null
        ? r.sayWith('job.pause_until', {
            time: <DayHour r={r} zone={job.place.zone} at={job.pause.until} />,
          })
        : null}
    </p>
  )
}

const mood = ({ status }: Job) =>
  status === 'ready'
    ? 'good'
    : ['quoted', 'paused', 'quote_expired', 'declined'].includes(status)
      ? 'wait'
      : 'calm'

/** What was answered; of what was not, only the last that was asked. */
const answered = ({ lines }: Job) => {
  const last = lines.at(-1)?.version
  return lines.filter(
    ({ decision, version }) => decision !== 'open' && (decision !== 'lapsed' || version === last),
  )
}

/** Somebody's job, as they follow it by its link. */
export const JobPage = ({ frame, job, asked, days, choose, cancelHref, news, faults }: JobView) => {
  const r = frame.reader
  const { zone } = job.place
  const toCollect = ['ready', 'declined', 'quote_expired'].includes(job.status)
  return (
    <Layout
      frame={frame}
      title={r.say('job.title')}
      styles={['/work.css']}
      scripts={asked ? ['/quote.js'] : []}
      faulty={faults.length > 0}
    >
      <div class="job">
        {news ? (
          <Notice tone="good" announce={true}>
            <p>{news}</p>
          </Notice>
        ) : null}
        <ErrorSummary r={r} faults={faults} />
        <div>
          <p class="eyebrow">
            <Name text={job.place.name} />
          </p>
          <h1>{r.say('job.title')}</h1>
          <p>
            <Name text={job.service} />
          </p>
          <Items r={r} items={job.items} />
        </div>
        <section class={`panel job-now job-${mood(job)}`} aria-labelledby="now">
          <h2 id="now">{r.say(`job.status_${job.status}`)}</h2>
          <Now r={r} job={job} />
          <ReadyBy r={r} zone={zone} job={job} />
          <Chosen r={r} zone={zone} job={job} title={r.say('job.chosen')} />
        </section>
        {openChoices(job).length > 0 ? (
          <section class="panel" aria-labelledby="choice">
            <h2 id="choice">{r.say('job.choice')}</h2>
            <p>{r.say('job.choice_lead')}</p>
            <ChooseForm r={r} zone={zone} job={job} form={choose} faults={faults} />
          </section>
        ) : null}
        {asked ? (
          <section class="panel" aria-labelledby="ask">
            <h2 id="ask">{r.say('job.quote')}</h2>
            <QuoteForm r={r} asked={asked} faults={faults} />
          </section>
        ) : null}
        {toCollect ? (
          <section class="panel" aria-labelledby="collect">
            <h2 id="collect">{r.say('job.collect')}</h2>
            <p>
              <Name text={job.place.name} />
              {job.place.address ? (
                <span class="quiet address">
                  <Name text={job.place.address} />
                </span>
              ) : null}
            </p>
            <OpenDays r={r} zone={zone} days={days} />
          </section>
        ) : null}
        <section class="panel" aria-labelledby="way">
          <h2 id="way">{r.say('job.steps')}</h2>
          <Steps r={r} zone={zone} job={job} />
        </section>
        <section class="panel" aria-labelledby="costs">
          <h2 id="costs">{r.say('job.costs')}</h2>
          <Costs r={r} job={job} />
          <Lines r={r} job={job} lines={answered(job)} />
        </section>
        <Photos r={r} zone={zone} job={job} />
        <History r={r} zone={zone} job={job} staff={false} />
        <p class="quiet">{r.sayWith('job.say_code', { code: <Reference code={job.reference} /> })}</p>
        {cancelHref ? (
          <p>
            <a class="button button-plain" href={cancelHref}>
              {r.say('job.cancel')}
            </a>
          </p>
        ) : null}
      </div>
    </Layout>
  )
}

/** Why a customer may say they cancel. */
export const customerReasons = ['customer_asked', 'too_dear', 'other'] as const

export type JobCancelView = { frame: Frame; job: Job; cancel: Form; keepHref: string }

export const JobCancelPage = ({ frame, job, cancel, keepHref }: JobCancelView) => {
  const r = frame.reader
  return (
    <Layout frame={frame} title={r.say('job.cancel_title')} styles={['/work.css']}>
      <div class="narrow">
        <h1>{r.say('job.cancel_title')}</h1>
        <Items r={r} items={job.items} />
        <p>{r.say('job.cancel_lead')}</p>
        <PostForm form={cancel} class="stack">
          <SelectField
            r={r}
            faults={[]}
            field="reason"
            label={r.say('desk_cancel.reason')}
            value="customer_asked"
            options={customerReasons.map((value) => ({ value, text: r.say(`job.cancel_${value}`) }))}
          />
          <div class="actions">
            <Button look="danger">{r.say('cancel.yes')}</Button>
            <a class="button button-plain" href={keepHref}>
              {r.say('job.keep')}
            </a>
          </div>
        </PostForm>
      </div>
    </Layout>
  )
}
