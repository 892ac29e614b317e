import type { PropsWithChildren } from 'hono/jsx'
import { alternativeKinds, cancelReasons, pauseReasons, type WorkOrder } from '../../work/index.ts'
import type { Job, JobLine } from '../job.ts'
import type { Reader } from '../reader.ts'
import type { Fault, Form, Frame } from '../views.ts'
import { Button, fieldId, Notes, noted, PostForm, SelectField, TextArea, TextField } from './form.tsx'
import type { Asked } from './quote.tsx'
import { type PriceListed, QuoteRows } from './quote-rows.tsx'

/** The forms of a work order that are folded away until somebody needs them. */

type Verb = 'offer' | 'choose' | 'pause' | 'resume' | 'continue' | 'assign' | 'bill' | 'cancel' | 'reopen'

export type OrderView = {
  frame: Frame
  job: Job
  order: WorkOrder
  /** What a form held that needs another look. */
  fields: Record<string, string>
  faults: Fault[]
  notice: string | null
  warning: string | null
  ways: {
    board: string
    mine: string
    customer: string
    label: string
    origin: string | null
    moreRows: string
  }
  /** Which of the folded forms stands open. */
  opened: string | null
  /** What most orders do next comes first. */
  advance: { to: Extract<Job['status'], WorkOrder['status']>; form: Form }[]
  asked: Asked | null
  workable: { line: JobLine; form: Form }[]
  quote: { form: Form; rows: number; prices: readonly PriceListed[] } | null
  forms: Record<Verb, Form | null>
  photo: Form
}

export type Part = { r: Reader; view: OrderView }

/** A form that is folded away until it is needed. */
const Folded = (props: PropsWithChildren<{ id: string; title: string; view: OrderView }>) => (
  <details id={props.id} class="folded" open={props.view.opened === props.id}>
    <summary>{props.title}</summary>
    {props.children}
  </details>
)

export const Quote = ({ r, view }: Part) => {
  const { quote, fields, faults, ways, job } = view
  if (!quote) return null
  return (
    <Folded id="quote" title={r.say('work.quote')} view={view}>
      <PostForm form={quote.form} class="stack">
        <p class="hint">{r.say('work.quote_hint')}</p>
        <QuoteRows
          r={r}
          rows={quote.rows}
          fields={fields}
          faults={faults}
          prices={quote.prices}
          currency={job.price.currency}
        />
        <p>
          <a href={ways.moreRows}>{r.say('work.more_rows')}</a>
        </p>
        <TextField
          r={r}
          faults={faults}
          field="quote-limit"
          label={r.say('work.limit', { currency: job.price.currency })}
          value={fields['quote-limit'] ?? ''}
          maxlength={14}
          optional={true}
        />
        <Button>{r.say('work.quote_send')}</Button>
      </PostForm>
    </Folded>
  )
}

/** Ways out for a customer whose date may be missed, each with a word about it where it needs one. */
export const Offer = ({ r, view }: Part) => {
  const { forms, fields, faults } = view
  return forms.offer ? (
    <Folded id="offer" title={r.say('work.offer')} view={view}>
      <PostForm form={forms.offer} class="stack">
        <p class="hint">{r.say('work.offer_hint')}</p>
        <fieldset id={fieldId('offer')} tabindex={-1} class="stack">
          <legend>{r.say('work.offer_what')}</legend>
          <Notes field="offer" faults={faults} />
          {alternativeKinds.map((kind) => (
            <>
              <label class="tick">
                <input
                  type="checkbox"
                  name={`offer-${kind}`}
                  value="1"
                  checked={fields[`offer-${kind}`] === '1'}
                />
                {r.say(`work.offer_${kind}`)}
              </label>
              {kind === 'loan' || kind === 'collect' ? (
                <TextField
                  r={r}
                  faults={[]}
                  field={`offer-${kind}-name`}
                  label={r.say(`work.offer_${kind}_name`)}
                  value={fields[`offer-${kind}-name`] ?? ''}
                  maxlength={200}
                  optional={true}
                />
              ) : null}
            </>
          ))}
        </fieldset>
        <Button>{r.say('work.offer_send')}</Button>
      </PostForm>
    </Folded>
  ) : null
}

export const Pause = ({ r, view }: Part) => {
  const { forms, fields, faults } = view
  const until = 'pause-until'
  return forms.pause ? (
    <Folded id="pause" title={r.say('work.pause')} view={view}>
      <PostForm form={forms.pause} class="stack">
        <SelectField
          r={r}
          faults={faults}
          field="pause-reason"
          label={r.say('board.reason')}
          value={fields['pause-reason'] ?? 'parts'}
          options={pauseReasons.map((value) => ({ value, text: r.say(`work.pause_${value}`) }))}
        />
        <div class="field">
          <label for={fieldId(until)}>
            {r.say('work.pause_until')} <span class="quiet">{r.say('field.optional')}</span>
          </label>
          <Notes field={until} faults={faults} />
          <input type="datetime-local" {...noted({ field: until, faults })} value={fields[until] ?? ''} />
        </div>
        <Button>{r.say('work.pause_send')}</Button>
      </PostForm>
    </Folded>
  ) : null
}

export const Assign = ({ r, view }: Part) =>
  view.forms.assign ? (
    <Folded id="assign" title={r.say('work.assign')} view={view}>
      <PostForm form={view.forms.assign} class="stack">
        <TextField
          r={r}
          faults={view.faults}
          field="assign-person"
          label={r.say('work.assign_to')}
          hint={r.say('work.assign_hint')}
          value={view.fields['assign-person'] ?? view.order.assignee?.person ?? ''}
          maxlength={80}
          optional={true}
        />
        <Button>{r.say('work.assign_send')}</Button>
      </PostForm>
    </Folded>
  ) : null

export const Bill = ({ r, view }: Part) => {
  const { forms, fields, faults, job } = view
  const worked = job.lines.filter(({ workedAt }) => workedAt !== null)
  return forms.bill ? (
    <Folded id="bill" title={r.say('work.bill')} view={view}>
      <PostForm form={forms.bill} class="stack">
        <div id={fieldId('bill')} tabindex={-1}>
          <p class="hint">{r.say('work.bill_hint')}</p>
          <Notes field="bill" faults={faults} />
        </div>
        {worked.map((line) => (
          <TextField
            r={r}
            faults={faults}
            field={`bill-${line.line}`}
            label={r.say('work.bill_line', { name: line.name, currency: job.price.currency })}
            value={fields[`bill-${line.line}`] ?? ''}
            maxlength={14}
            optional={true}
          />
        ))}
        <Button>{r.say('work.bill_send')}</Button>
      </PostForm>
    </Folded>
  ) : null
}

export const Ending = ({ r, view }: Part) => {
  const { forms, fields, faults } = view
  return (
    <>
      {forms.cancel ? (
        <Folded id="cancel" title={r.say('work.cancel')} view={view}>
          <PostForm form={forms.cancel} class="stack">
            <SelectField
              r={r}
              faults={faults}
              field="cancel-reason"
              label={r.say('board.reason')}
              value={fields['cancel-reason'] ?? 'customer_asked'}
              options={cancelReasons.map((value) => ({ value, text: r.say(`work.cancel_${value}`) }))}
            />
            <Button look="danger">{r.say('work.cancel_send')}</Button>
          </PostForm>
        </Folded>
      ) : null}
      {forms.reopen ? (
        <Folded id="reopen" title={r.say('work.reopen')} view={view}>
          <PostForm form={forms.reopen} class="stack">
            <TextArea
              r={r}
              faults={faults}
              field="reopen-note"
              label={r.say('work.note')}
              value={fields['reopen-note'] ?? ''}
              maxlength={1_000}
              optional={true}
            />
            <Button>{r.say('work.reopen_send')}</Button>
          </PostForm>
        </Folded>
      ) : null}
    </>
  )
}

export const AddPhoto = ({ r, view }: Part) => {
  const { photo, faults, job } = view
  return (
    <Folded id="photo" title={r.say('work.photo')} view={view}>
      <form
        method="post"
        action={photo.action}
        enctype="multipart/form-data"
        class="stack"
        data-photo
        novalidate
      >
        <input type="hidden" name="key" value={photo.hidden.key} />
        <SelectField
          r={r}
          faults={[]}
          field="subject"
          label={r.say('work.photo_of')}
          value={job.status === 'ready' ? 'handover' : 'intake'}
          options={[
            { value: 'intake', text: r.say('job.photo_intake') },
            { value: 'handover', text: r.say('job.photo_handover') },
            ...job.lines.map(({ line, name }) => ({ value: `line-${line}`, text: name })),
          ]}
        />
        <div class="field">
          <label for={fieldId('image')}>{r.say('work.photo_file')}</label>
          <Notes field="image" faults={faults} hint={r.say('work.photo_hint')} />
          <input
            type="file"
            accept="image/jpeg,image/png,image/webp"
            {...noted({ field: 'image', faults, hint: r.say('work.photo_hint') })}
          />
        </div>
        <Button>{r.say('work.photo_send')}</Button>
      </form>
    </Folded>
  )
}
