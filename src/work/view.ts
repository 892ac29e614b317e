import type { Contact } from '../booking/index.ts'
import { formatInstant } from '../kernel/time.ts'
import type { LocalText } from '../platform/wire.ts'
import type { Assignee, Basis, WorkOrder, WorkSummary } from './contract.ts'
import type { Reading } from './reading.ts'
import { accountOf } from './rules/account.ts'
import { isOpen, readAlternatives } from './rules/alternatives.ts'
import { fallDue } from './rules/decide.ts'
import { isDone, type Status } from './rules/life.ts'
import { clockOf, type Order } from './rules/order.ts'
import { type Foresee, someday, type Told } from './rules/promise.ts'
import { actualTotal, approvedTotal, askedTotal, ceilingOf } from './rules/quote.ts'
import type { WorkService } from './setup-contract.ts'
import type { OrderRow } from './tables.ts'

/** Who looks: staff see names and chances, the holder of the link does not. `foresee` is theirs alone. */
export type Viewer = { foresee: Foresee | undefined }

/** As every read sees it (Law 7): a quote whose time is over has expired, whatever the table still says. */
export function seenAt<T extends Order>(order: T, now: number): T {
  const asked = order.quotes.find(({ status }) => status === 'open')
  return order.order.status === 'quoted' && asked && asked.expires_at <= now
    ? { ...order, ...fallDue(order, { at: now, actor: 'system', by: 'system' }).after }
    : order
}

export function summaryView(
  row: OrderRow,
  service: WorkService,
  zone: string,
  now: number,
  { foresee }: Viewer,
): WorkSummary {
  const at = (instant: number) => formatInstant(instant, zone)
  const maybe = (instant: number | null) => (instant === null ? null : at(instant))
  const done = isDone(row.status as Status)
  const promised = row.promised_at
  return {
    id: row.id,
    reference: row.reference,
    status: row.status === 'quoted' && (row.due_at ?? now) <= now ? 'quote_expired' : (row.status as Status),
    pause:
      row.pause_reason === null
        ? null
        : {
            reason: row.pause_reason as NonNullable<WorkSummary['pause']>['reason'],
            until: maybe(row.pause_until),
          },
    locationId: row.location_id,
    service: row.service,
    serviceName: service.name as LocalText,
    items: JSON.parse(row.items) as WorkSummary['items'],
    assignee: foresee && row.assignee !== null ? (JSON.parse(row.assignee) as Assignee) : null,
    readyBy: {
      promised: maybe(promised),
      first: maybe(row.first_promised_at),
      often: maybe(row.often_at),
      chance:
        foresee && promised !== null && !done
          ? Math.round(foresee(row, now).chanceBy(promised) * 1_000) / 1_000
          : null,
    },
    alternatives: readAlternatives(row.alternatives)
      .filter((one) => one.chosenAt !== null || isOpen(one, now))
      .map((one) => ({ ...one, at: maybe(one.at), chosenAt: maybe(one.chosenAt) })),
    dueAt: row.due_at === someday ? null : maybe(row.due_at),
    createdAt: at(row.created_at),
    statusAt: at(row.status_at),
    revision: row.revision,
  }
}

/** A work order as the wire has it, instants in its location's zone. */
export function orderView(reading: Reading, now: number, viewer: Viewer): WorkOrder {
  const seen = seenAt(reading, now)
  const { order: row, location, lines, quotes, invoice, photos, history, service, setup } = seen
  const account = accountOf(setup.accounts, row.account)
  const at = (instant: number) => formatInstant(instant, location.zone)
  const maybe = (instant: number | null) => (instant === null ? null : at(instant))
  return {
    ...summaryView(row, service, location.zone, now, viewer),
    locationName: location.name,
    zone: location.zone,
    originId: row.origin_id,
    bookingId: row.booking_id,
    ticketId: row.ticket_id,
    channel: row.channel,
    contact: row.contact === null ? null : (JSON.parse(row.contact) as Contact),
    note: row.note,
    account: account ? { id: account.id, name: account.name, approvesTo: account.approvesTo } : null,
    price: {
      currency: location.currency,
      asked: askedTotal(lines),
      approved: approvedTotal(lines),
      ceiling: ceilingOf(quotes),
      actual: actualTotal(lines),
      billed: invoice?.total ?? null,
    },
    quotes: quotes.map((quote) => ({
      version: quote.version,
      status: quote.status as WorkOrder['quotes'][number]['status'],
      madeAt: at(quote.made_at),
      expiresAt: at(quote.expires_at),
      priceLimit: quote.price_limit,
      ceiling: quote.ceiling,
      decidedAt: quote.decided_by === null ? null : maybe(quote.decided_at),
    })),
    lines: lines.map((line) => ({
      line: line.line,
      version: line.version,
      kind: line.kind as WorkOrder['lines'][number]['kind'],
      name: line.name,
      amount: line.amount,
      optional: line.optional === 1,
      of: line.of_line,
      decision: line.decision as WorkOrder['lines'][number]['decision'],
      decidedAt: maybe(line.decided_at),
      workedAt: maybe(line.worked_at),
      actual: line.actual,
      billed: line.billed,
    })),
    clock: clockOf(row, now),
    photos: photos.map((photo) => ({
      id: photo.id,
      subject: photo.subject as WorkOrder['photos'][number]['subject'],
      line: photo.line,
      type: photo.type,
      bytes: photo.bytes,
      at: at(photo.at),
    })),
    history: history.map(({ at: when, type, actor, reason, data }) => {
      const told = JSON.parse(data) as {
        by?: WorkOrder['history'][number]['by']
        basis?: Basis
        promises?: Told[]
      }
      return {
        at: at(when),
        type: type.replace('work.', ''),
        by: told.by ?? 'system',
        actor: viewer.foresee && told.by === 'staff' ? actor : null,
        reason,
        basis: told.basis ?? null,
        promises: (told.promises ?? [])
          .filter(({ kind }) => kind === 'ready_by')
          .map((one) => ({ at: maybe(one.at), first: one.first, was: maybe(one.was) })),
      }
    }),
    testMode: location.testMode,
  }
}
