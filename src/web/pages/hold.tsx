import { Button, ErrorSummary, PostForm, SelectField, TextField } from '../components/form.tsx'
import { Icon } from '../components/icon.tsx'
import { Notice } from '../components/notice.tsx'
import { Time } from '../components/text.tsx'
import { Ticket } from '../components/ticket.tsx'
import { type Language, languageNames, languages } from '../languages.ts'
import { Layout } from '../layout.tsx'
import type { Booking, Fault, Form, Frame } from '../views.ts'

export type Contact = { name: string; email: string; phone: string; language: Language }

export type HoldView = {
  frame: Frame
  booking: Booking
  /** Address of this page: it is opened again when the time is over. */
  href: string
  heldUntil: number
  /** Milliseconds from now to `heldUntil`, so that the page needs no true clock in the browser. */
  leftMs: number
  contact: Contact
  /** Which of the contact's fields may stay empty. */
  optional: { email: boolean; phone: boolean }
  confirm: Form
  /** Null when it has been kept for as long as it may be. */
  extend: Form | null
  release: Form
  faults: Fault[]
  notice: string | null
}

/** Kept for a while: who is coming, and yes. */
export const HoldPage = (view: HoldView) => {
  const { frame, booking, contact, faults } = view
  const r = frame.reader
  const until = <Time r={r} at={view.heldUntil} zone={booking.place.zone} />
  return (
    <Layout frame={frame} title={r.say('hold.title')} scripts={['/clock.js']} faulty={faults.length > 0}>
      <ErrorSummary r={r} faults={faults} />
      <h1>{r.say('hold.title')}</h1>
      {view.notice ? (
        <Notice tone="warning" announce={true}>
          <p>{view.notice}</p>
        </Notice>
      ) : null}
      <div class="hold-clock">
        <Icon name="hourglass" />
        <p>
          {r.sayWith('hold.until', { time: until })}
          <span hidden data-left-ms={view.leftMs} data-href={view.href}>
            {' '}
            <b role="timer" />
          </span>
        </p>
        {view.extend ? (
          <PostForm form={view.extend}>
            <Button look="plain">{r.say('hold.extend')}</Button>
          </PostForm>
        ) : null}
      </div>
      <div class="pair">
        <div class="panel">
          <PostForm form={view.confirm} class="stack">
            <h2>{r.say('hold.contact')}</h2>
            <TextField
              r={r}
              faults={faults}
              field="name"
              label={r.say('field.name')}
              value={contact.name}
              autocomplete="name"
              maxlength={120}
            />
            <TextField
              r={r}
              faults={faults}
              field="email"
              type="email"
              label={r.say('field.email')}
              hint={r.say('field.email_hint')}
              value={contact.email}
              autocomplete="email"
              maxlength={254}
              optional={view.optional.email}
            />
            <TextField
              r={r}
              faults={faults}
              field="phone"
              type="tel"
              label={r.say('field.phone')}
              hint={r.say('field.phone_hint')}
              value={contact.phone}
              autocomplete="tel"
              maxlength={32}
              optional={view.optional.phone}
            />
            <SelectField
              r={r}
              faults={faults}
              field="language"
              label={r.say('field.language')}
              value={contact.language}
              options={languages.map((value) => ({ value, text: languageNames[value], lang: value }))}
            />
            <Button>{r.say('hold.confirm')}</Button>
          </PostForm>
          <PostForm form={view.release}>
            <Button look="plain">{r.say('hold.release')}</Button>
          </PostForm>
        </div>
        <Ticket r={r} booking={booking} />
      </div>
    </Layout>
  )
}
