import type { PropsWithChildren } from 'hono/jsx'
import { Icon, type IconName } from './icon.tsx'

export type Tone = 'info' | 'good' | 'warning' | 'bad'

const icons: Record<Tone, IconName> = { info: 'info', good: 'check', warning: 'warning', bad: 'cross' }

/** Something to know before going on. `announce` says it aloud when the page opens because of an action. */
export const Notice = (props: PropsWithChildren<{ tone: Tone; announce?: boolean }>) => (
  <div class={`notice notice-${props.tone}`} role={props.announce ? 'status' : undefined}>
    <Icon name={icons[props.tone]} />
    <div>{props.children}</div>
  </div>
)
