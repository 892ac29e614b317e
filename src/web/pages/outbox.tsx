import { type PlaceLink, Places } from '../components/places.tsx'
import { DateText, Name, Time } from '../components/text.tsx'
import { directionOf, type Language, languageNames } from '../languages.ts'
import { Layout } from '../layout.tsx'
import type { Reader } from '../reader.ts'
import type { Frame } from '../views.ts'

export type OutboxMessage = {
  id: string
  status: 'waiting' | 'sending' | 'sent' | 'stored' | 'failed'
  /** When it ended, or when it is due; epoch ms. */
  at: number
  channel: 'mail' | 'sms' | 'whatsapp'
  to: string
  language: Language
  subject: string
  text: string
  short: string
}

export type OutboxView = {
  frame: Frame
  place: string
  zone: string
  places: PlaceLink[]
  messages: OutboxMessage[]
  olderHref: string | null
}

/** Words with their addresses as links. */
const Linked = ({ text }: { text: string }) => (
  <>
    {text.split(/(https?:\/\/[^\s\u2068\u2069]+)/).map((part, place) =>
      place % 2 === 1 ? (
        <a href={part} dir="ltr">
          {part}
        </a>
      ) : (
        part
      ),
    )}
  </>
)

const Message = ({ r, message, zone }: { r: Reader; message: OutboxMessage; zone: string }) => {
  const { id, status, channel, to, language, subject, text, short } = message
  const state = status === 'sending' ? 'waiting' : status
  return (
    <article class="letter" aria-labelledby={id}>
      <p class="quiet">
        {r.sayWith(`outbox.${state}`, {
          date: <DateText r={r} at={message.at} zone={zone} />,
          time: <Time r={r} at={message.at} zone={zone} />,
        })}
      </p>
      <p>
        {r.sayWith('outbox.to', {
          channel: r.say(`outbox.${channel}`),
          to: <bdi dir="ltr">{to}</bdi>,
          language: <bdi lang={language}>{languageNames[language]}</bdi>,
        })}
      </p>
      <div class="letter-body" lang={language} dir={directionOf(language)}>
        <h2 id={id}>{subject}</h2>
        <p>
          <Linked text={channel === 'mail' ? text : short} />
        </p>
      </div>
    </article>
  )
}

/** What customers were told, newest first, each message in the language of whoever reads it. */
export const OutboxPage = ({ frame, place, zone, places, messages, olderHref }: OutboxView) => {
  const r = frame.reader
  return (
    <Layout frame={frame} title={r.say('outbox.title')} styles={['/outbox.css']}>
      <h1>{r.say('outbox.title')}</h1>
      <p class="lead">{r.sayWith('outbox.lead', { place: <Name text={place} /> })}</p>
      <Places r={r} places={places} />
      {messages.length === 0 ? <p class="empty">{r.say('outbox.empty')}</p> : null}
      {messages.map((message) => (
        <Message r={r} message={message} zone={zone} />
      ))}
      {olderHref ? (
        <p>
          <a class="button button-plain" href={olderHref}>
            {r.say('outbox.older')}
          </a>
        </p>
      ) : null}
    </Layout>
  )
}
