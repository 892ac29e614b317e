import { type PartOfDay, partOfDay, plainDateAt } from '../../kernel/format.ts'
import type { Reader } from '../reader.ts'
import type { Form, ServiceKind, Slot, SlotState } from '../views.ts'
import { PostForm } from './form.tsx'
import { Time, WhenText } from './text.tsx'

function stateText(r: Reader, state: SlotState): string | null {
  if (state.is === 'open') return state.left === null ? null : r.say('slot.left', { count: state.left })
  if (state.is === 'too_few') return r.say('slot.too_few', { count: state.left })
  return state.is === 'sold_out' ? r.say('slot.sold_out') : r.say(`slot.${state.why}`)
}

type SlotProps = { r: Reader; kind: ServiceKind; zone: string; slot: Slot }

const SlotTile = ({ r, kind, zone, slot }: SlotProps) => {
  const note = stateText(r, slot.state)
  const face = (
    <>
      <span class="slot-time">
        {kind === 'slots' || kind === 'departures' ? (
          <Time r={r} at={slot.startsAt} zone={zone} />
        ) : (
          <WhenText r={r} when={{ kind, startsAt: slot.startsAt, endsAt: slot.endsAt }} zone={zone} />
        )}
      </span>
      {note ? <span class="slot-note">{note}</span> : null}
    </>
  )
  return slot.state.is === 'open' ? (
    <button type="submit" name="slot" value={slot.value} class="slot slot-open">
      {face}
    </button>
  ) : (
    <div class="slot slot-shut">{face}</div>
  )
}

function byPartOfDay(slots: Slot[], zone: string): [PartOfDay, Slot[]][] {
  const parts = new Map<PartOfDay, Slot[]>()
  for (const slot of slots) {
    const part = partOfDay(slot.startsAt, zone)
    parts.set(part, [...(parts.get(part) ?? []), slot])
  }
  return [...parts]
}

type SlotListProps = { r: Reader; kind: ServiceKind; zone: string; slots: Slot[]; form: Form }

/** The times of one day; each that is free is a button that holds it. */
export const SlotList = ({ r, kind, zone, slots, form }: SlotListProps) => {
  const tiles = (some: Slot[]) => (
    <ul class={kind === 'slots' || kind === 'departures' ? 'slots' : 'slots slots-wide'}>
      {some.map((slot) => (
        <li>
          <SlotTile r={r} kind={kind} zone={zone} slot={slot} />
        </li>
      ))}
    </ul>
  )
  const days = new Set(slots.map((slot) => plainDateAt(slot.startsAt, zone)))
  const grouped = days.size === 1 && (kind === 'slots' || kind === 'departures')
  return (
    <PostForm form={form}>
      {grouped
        ? byPartOfDay(slots, zone).map(([part, some]) => (
            <>
              <h3>{r.say(`part.${part}`)}</h3>
              {tiles(some)}
            </>
          ))
        : tiles(slots)}
    </PostForm>
  )
}
