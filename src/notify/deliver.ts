import { limits } from '../config.ts'
import { linkToken, officeToken, ticketToken, workOrderToken } from '../people/index.ts'
import type { Database } from '../platform/database.ts'
import type { Adapter } from './adapters/index.ts'
import { sendWebhook } from './call.ts'
import { outcomeOf } from './outcome.ts'
import { type Channel, channelOrder, type Kind } from './rules/kinds.ts'
import { type Language, languages, type Told, type Written, write } from './rules/write.ts'
import { claim, type Detailed, detailedStatement, dropPointless, end } from './store.ts'

/** Everything that sending needs beside the delivery itself. */
export type Office = {
  db: Database
  /** Where customers reach this deployment, without a slash at its end. */
  origin: string
  linkSecret: string
  adapters: Partial<Record<Channel, Adapter>>
}

type Contact = { email?: string; phone?: string; language?: string }

/** Whom a message is for, and by which way; undefined where nobody can or wants to be told. */
export type Addressed = { channel: Channel; to: string; language: Language }

/**
 * Whoever gave an address for their booking is told there; a customer who chose channels is told by those alone. A
 * channel that this deployment can use goes before one that it cannot.
 */
export function addressOf(
  row: Detailed,
  usable: (channel: Channel) => boolean = () => true,
): Addressed | undefined {
  const contact = JSON.parse(row.given_contact ?? row.own_contact ?? '{}') as Contact
  const agreed = row.agreed === null ? ['mail', 'sms'] : (JSON.parse(row.agreed) as string[])
  const places: Record<Channel, string | undefined> = {
    mail: contact.email,
    sms: contact.phone,
    whatsapp: contact.phone,
  }
  const possible = channelOrder(row.kind as Kind).filter(
    (channel) => agreed.includes(channel) && places[channel],
  )
  const channel = possible.find(usable) ?? possible[0]
  const to = channel && places[channel]
  if (!channel || !to) return undefined
  return { channel, to, language: languages.find((one) => one === contact.language) ?? 'en' }
}

/** What a delivery says, in words. Links are made here and kept nowhere. */
export async function writtenOf(
  row: Detailed,
  language: Language,
  { origin, linkSecret }: Pick<Office, 'origin' | 'linkSecret'>,
): Promise<Written> {
  const facts = JSON.parse(row.facts) as Partial<Told>
  const link = `${origin}${await pathOf(row, linkSecret)}`
  const told: Told = {
    ...facts,
    kind: row.kind as Kind,
    place: JSON.parse(row.location_name ?? '{}'),
    address: row.address,
    zone: row.zone ?? 'UTC',
    country: row.country ?? 'GB',
    service: row.service_name ? JSON.parse(row.service_name) : null,
    serviceKind: row.service_kind,
    reference: row.reference,
    link,
    cancel: `${link}/cancel`,
  }
  return write(told, language)
}

/** The customer's own page of what a message is about. */
async function pathOf({ subject, recipient, location_id }: Detailed, secret: string): Promise<string> {
  if (recipient === 'office') return `/w/${await officeToken(secret, subject)}`
  if (subject.startsWith('tkt_')) return `/t/${await ticketToken(secret, location_id ?? '', subject)}`
  return subject.startsWith('bkg_')
    ? `/my/${await linkToken(secret, subject)}`
    : `/w/${await workOrderToken(secret, subject)}`
}

/**
 * Sends one delivery, if it is its turn: claims it, asks the adapter, and writes down what came of it. Cut off anywhere, it
 * is done again; the provider knows it by its id.
 */
export async function deliver(office: Office, id: string, wallNow: number): Promise<void> {
  const { db } = office
  const [claimed, read] = await db.batch([claim(id, wallNow, limits.sendMs), detailedStatement(id)])
  const attempt = claimed?.rows[0]?.attempts as number | undefined
  const row = read?.rows[0] as Detailed | undefined
  if (attempt === undefined || !row) {
    await db.batch([dropPointless(id, wallNow)])
    return
  }
  if (row.kind === 'webhook') await sendWebhook(db, office.linkSecret, id, attempt, wallNow)
  else await sendMessage(office, row, attempt, wallNow)
}

async function sendMessage(office: Office, row: Detailed, attempt: number, wallNow: number): Promise<void> {
  const { db, adapters } = office
  const address = addressOf(row, (channel) => adapters[channel] !== undefined)
  if (!address) {
    await db.batch([end(row.id, attempt, { status: 'dropped', reason: 'nobody_to_tell' }, wallNow)])
    return
  }
  const { channel, language, to } = address
  const adapter = row.test_mode === 1 ? undefined : adapters[channel]
  if (!adapter) {
    await db.batch([end(row.id, attempt, { status: 'stored', channel, language }, wallNow)])
    return
  }
  const sent = await adapter({ id: row.id, to, ...(await writtenOf(row, language, office)) })
  const { statement } = outcomeOf(row.id, attempt, 'message', sent, { channel, language }, wallNow)
  await db.batch([statement])
}
