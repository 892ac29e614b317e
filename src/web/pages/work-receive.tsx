import { Button, ErrorSummary, PostForm, SelectField, TextArea, TextField } from '../components/form.tsx'
import { type PriceListed, QuoteRows } from '../components/quote-rows.tsx'
import { Name } from '../components/text.tsx'
import { languageNames, languages } from '../languages.ts'
import { Layout } from '../layout.tsx'
import type { Fault, Form, Frame } from '../views.ts'

export type ReceiveView = {
  frame: Frame
  place: string
  services: { id: string; name: string }[]
  prices: readonly PriceListed[]
  currency: string
  form: Form
  backHref: string
  fields: Record<string, string>
  faults: Fault[]
}

const agreedRows = 2

/** Something is handed in at the desk: what it is, whose it is, and what was agreed at once. */
export const ReceivePage = (view: ReceiveView) => {
  const { frame, fields, faults } = view
  const r = frame.reader
  const text = (
    field: string,
    label: string,
    more: { maxlength: number; type?: 'tel' | 'email'; optional?: boolean; hint?: string },
  ) => <TextField r={r} faults={faults} field={field} label={label} value={fields[field] ?? ''} {...more} />
  return (
    <Layout frame={frame} title={r.say('work.receive')} styles={['/work.css']} faulty={faults.length > 0}>
      <div class="job">
        <ErrorSummary r={r} faults={faults} />
        <p class="eyebrow">
          <Name text={view.place} />
        </p>
        <h1>{r.say('work.receive')}</h1>
        <PostForm form={view.form} class="stack panel">
          <SelectField
            r={r}
            faults={faults}
            field="service"
            label={r.say('work.service')}
            value={fields.service ?? ''}
            options={view.services.map(({ id, name }) => ({ value: id, text: name }))}
          />
          {text('item', r.say('work.item'), { maxlength: 200 })}
          {text('mark', r.say('work.mark'), { maxlength: 100, optional: true })}
          {text('name', r.say('field.name'), { maxlength: 200, optional: true })}
          {text('phone', r.say('field.phone'), { maxlength: 30, type: 'tel', optional: true })}
          {text('email', r.say('field.email'), { maxlength: 200, type: 'email', optional: true })}
          <SelectField
            r={r}
            faults={faults}
            field="language"
            label={r.say('field.language')}
            value={fields.language ?? r.language}
            options={languages.map((language) => ({
              value: language,
              text: languageNames[language],
              lang: language,
            }))}
          />
          <TextArea
            r={r}
            faults={faults}
            field="note"
            label={r.say('work.note')}
            value={fields.note ?? ''}
            maxlength={1_000}
            optional={true}
          />
          {text('person', r.say('work.assign_to'), { maxlength: 80, optional: true })}
          <h2>{r.say('work.agreed')}</h2>
          <p class="hint">{r.say('work.agreed_hint')}</p>
          <QuoteRows
            r={r}
            rows={agreedRows}
            fields={fields}
            faults={faults}
            prices={view.prices}
            currency={view.currency}
          />
          <div class="actions">
            <Button>{r.say('work.receive_send')}</Button>
            <a class="button button-plain" href={view.backHref}>
              {r.say('message.back')}
            </a>
          </div>
        </PostForm>
      </div>
    </Layout>
  )
}
