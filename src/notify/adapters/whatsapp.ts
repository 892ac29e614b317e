import { type Adapter, field, post } from './adapter.ts'
import { dialled } from './twilio.ts'

/**
 * WhatsApp by Meta's Cloud API. A business may begin a conversation by an approved template alone: one with a single
 * text parameter, approved in each language, carries every message. It has no idempotency key; the delivery's id comes
 * back in status reports as `biz_opaque_callback_data`.
 */
export const whatsapp =
  ({
    token,
    sender,
    template,
    api = 'https://graph.facebook.com/v23.0',
  }: {
    token: string
    sender: string
    template: string
    api?: string
  }): Adapter =>
  ({ id, to, short, language }) =>
    post(
      `${api}/${sender}/messages`,
      {
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({
          messaging_product: 'whatsapp',
          to: dialled(to).replace('+', ''),
          type: 'template',
          template: {
            name: template,
            language: { code: language },
            components: [{ type: 'body', parameters: [{ type: 'text', text: short.replace(/\s+/g, ' ') }] }],
          },
          biz_opaque_callback_data: id,
        }),
      },
      { read: (answer) => field(answer, 'messages', 0, 'id') },
    )
