import { Button, ErrorSummary, PostForm, SelectField, TextField } from '../components/form.tsx'
import { Notice } from '../components/notice.tsx'
import { Name } from '../components/text.tsx'
import { Layout } from '../layout.tsx'
import type { Fault, Form, Frame } from '../views.ts'

export const ways = ['sms', 'whatsapp', 'mail', 'none'] as const

export type TellMeView = {
  frame: Frame
  place: string
  form: Form
  typed: { way: string; phone: string; email: string }
  faults: Fault[]
  saved: boolean
  backHref: string
}

/** How to be told that it is nearly one's turn; nothing that was given before is shown again. */
export const TellMePage = ({ frame, place, form, typed, faults, saved, backHref }: TellMeView) => {
  const r = frame.reader
  const own = { r, faults }
  return (
    <Layout frame={frame} title={r.say('tell.title')} faulty={faults.length > 0}>
      <ErrorSummary r={r} faults={faults} />
      <h1>{r.say('tell.title')}</h1>
      {saved ? (
        <Notice tone="good" announce={true}>
          <p>{r.say('tell.saved')}</p>
        </Notice>
      ) : null}
      <p class="lead">{r.sayWith('tell.lead', { place: <Name text={place} /> })}</p>
      <PostForm form={form} class="stack">
        <SelectField
          {...own}
          field="way"
          label={r.say('tell.way')}
          value={typed.way}
          options={ways.map((way) => ({ value: way, text: r.say(`tell.${way}`) }))}
        />
        <TextField
          {...own}
          field="phone"
          label={r.say('field.phone')}
          type="tel"
          autocomplete="tel"
          optional={true}
          value={typed.phone}
          hint={r.say('tell.phone_hint')}
        />
        <TextField
          {...own}
          field="email"
          label={r.say('field.email')}
          type="email"
          autocomplete="email"
          optional={true}
          value={typed.email}
          hint={r.say('tell.email_hint')}
        />
        <p class="quiet">{r.say('tell.kept')}</p>
        <Button>{r.say('tell.save')}</Button>
      </PostForm>
      <p>
        <a class="button button-plain" href={backHref}>
          {r.say('tell.back')}
        </a>
      </p>
    </Layout>
  )
}
