import { DayHour } from '../components/job.tsx'
import { Qr } from '../components/qr.tsx'
import { Name, Reference } from '../components/text.tsx'
import type { Job } from '../job.ts'
import { Layout } from '../layout.tsx'
import type { Frame } from '../views.ts'
import { Items } from './work.tsx'

export type LabelView = {
  frame: Frame
  job: Job
  customer: string | null
  note: string | null
  /** What the code leads to: the customer's page. */
  address: string
  backHref: string
}

/** A label to print: one half stays on the thing, the code of the other leads its owner to their page. */
export const LabelPage = ({ frame, job, customer, note, address, backHref }: LabelView) => {
  const r = frame.reader
  return (
    <Layout frame={frame} title={r.say('work.label')} styles={['/work.css']}>
      <p class="actions">
        <a href={backHref}>{r.say('work.order', { reference: job.reference })}</a>
      </p>
      <div class="label">
        <div>
          <h1>
            <Reference code={job.reference} />
          </h1>
          <p>
            <Name text={job.service} />
          </p>
          <Items r={r} items={job.items} />
          {customer === null ? null : (
            <p>
              <Name text={customer} />
            </p>
          )}
          {job.ready.promised === null ? null : (
            <p>
              {r.say('job.ready_by')} <DayHour r={r} zone={job.place.zone} at={job.ready.promised} />
            </p>
          )}
          {note === null ? null : (
            <p>
              <Name text={note} />
            </p>
          )}
        </div>
        <div class="label-code">
          <Qr text={address} label={r.say('work.scan')} />
          <p>{r.say('work.scan')}</p>
        </div>
      </div>
    </Layout>
  )
}
