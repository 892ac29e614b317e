import type { PropsWithChildren } from 'hono/jsx'
import type { ProblemCode } from '../../kernel/result.ts'
import { Reference } from '../components/text.tsx'
import { Layout } from '../layout.tsx'
import type { MessageKey } from '../say.ts'
import type { Frame } from '../views.ts'

type Way = { href: string; text: string }

const MessagePage = (props: PropsWithChildren<{ frame: Frame; title: string; text: string; way: Way }>) => (
  <Layout frame={props.frame} title={props.title}>
    <div class="narrow message">
      <h1>{props.title}</h1>
      <p class="lead">{props.text}</p>
      {props.children}
      <p>
        <a class="button button-main" href={props.way.href}>
          {props.way.text}
        </a>
      </p>
    </div>
  </Layout>
)

/** The places went back because nobody confirmed in time; `againHref` leads to the same service and day. */
export const ExpiredHoldPage = ({ frame, againHref }: { frame: Frame; againHref: string }) => (
  <MessagePage
    frame={frame}
    title={frame.reader.say('problem.hold_expired')}
    text={frame.reader.say('problem.hold_expired_more')}
    way={{ href: againHref, text: frame.reader.say('message.times') }}
  />
)

type Told =
  | 'sold_out'
  | 'hold_expired'
  | 'not_found'
  | 'not_bookable'
  | 'cut_off_passed'
  | 'wrong_state'
  | 'busy'
type Telling = Told | 'sign_in' | 'not_allowed' | 'not_understood' | 'internal'

/** What pages say of each outcome: people need fewer differences than programs. */
const tellings: Record<ProblemCode, Telling> = {
  invalid_request: 'not_understood',
  unauthenticated: 'sign_in',
  out_of_scope: 'not_allowed',
  not_found: 'not_found',
  method_not_allowed: 'not_found',
  sold_out: 'sold_out',
  wrong_state: 'wrong_state',
  hold_expired: 'hold_expired',
  stale_revision: 'wrong_state',
  capacity_in_use: 'wrong_state',
  already_exists: 'wrong_state',
  body_too_large: 'not_understood',
  unsupported_media_type: 'not_understood',
  invalid_field: 'not_understood',
  not_bookable: 'not_bookable',
  cut_off_passed: 'cut_off_passed',
  key_reused: 'wrong_state',
  time_not_allowed: 'not_understood',
  time_backwards: 'not_understood',
  too_many_requests: 'busy',
  internal: 'internal',
  overloaded: 'busy',
}

/** The title and the sentence that pages have for an outcome; the title alone fits a notice. */
export function problemMessages(code: ProblemCode): { title: MessageKey; more: MessageKey } {
  return { title: `problem.${tellings[code]}`, more: `problem.${tellings[code]}_more` }
}

type ProblemView = { frame: Frame; code: ProblemCode; requestId: string; backHref: string | null }

/** Something did not work: what, the code to mention when asking for help, and a way on. */
export const ProblemPage = ({ frame, code, requestId, backHref }: ProblemView) => {
  const { say, sayWith } = frame.reader
  const { title, more } = problemMessages(code)
  return (
    <MessagePage
      frame={frame}
      title={say(title)}
      text={say(more)}
      way={
        backHref
          ? { href: backHref, text: say('message.back') }
          : { href: frame.homeHref, text: say('message.home') }
      }
    >
      <p class="quiet">{sayWith('message.request', { id: <Reference code={requestId} /> })}</p>
    </MessagePage>
  )
}
