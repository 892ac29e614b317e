import type { Channel } from '../rules/kinds.ts'
import type { Adapter } from './adapter.ts'
import { resend } from './resend.ts'
import { twilio } from './twilio.ts'
import { whatsapp } from './whatsapp.ts'

export type { Adapter, Message, Sent } from './adapter.ts'

/** The secrets of providers; a channel whose secrets are not there has no adapter. */
export type ProviderSecrets = Partial<
  Record<
    | 'RESEND_KEY'
    | 'MAIL_FROM'
    | 'TWILIO_ACCOUNT'
    | 'TWILIO_TOKEN'
    | 'TWILIO_FROM'
    | 'WHATSAPP_TOKEN'
    | 'WHATSAPP_SENDER'
    | 'WHATSAPP_TEMPLATE',
    string
  >
>

/** The adapters that this deployment has secrets for. */
export function adaptersOf(env: ProviderSecrets): Partial<Record<Channel, Adapter>> {
  const { RESEND_KEY, MAIL_FROM, TWILIO_ACCOUNT, TWILIO_TOKEN, TWILIO_FROM } = env
  const { WHATSAPP_TOKEN, WHATSAPP_SENDER, WHATSAPP_TEMPLATE } = env
  return {
    ...(RESEND_KEY && MAIL_FROM && { mail: resend({ key: RESEND_KEY, from: MAIL_FROM }) }),
    ...(TWILIO_ACCOUNT &&
      TWILIO_TOKEN &&
      TWILIO_FROM && { sms: twilio({ account: TWILIO_ACCOUNT, token: TWILIO_TOKEN, from: TWILIO_FROM }) }),
    ...(WHATSAPP_TOKEN &&
      WHATSAPP_SENDER &&
      WHATSAPP_TEMPLATE && {
        whatsapp: whatsapp({ token: WHATSAPP_TOKEN, sender: WHATSAPP_SENDER, template: WHATSAPP_TEMPLATE }),
      }),
  }
}
