import { formatNumber } from '../../kernel/format.ts'
import type { Reader } from '../reader.ts'
import type { Fault, UnitChoice } from '../views.ts'
import { fieldId, Notes, noted } from './form.tsx'
import { Amount } from './text.tsx'

type UnitProps = { r: Reader; unit: UnitChoice; faults: Fault[] }

const Unit = ({ r, unit, faults }: UnitProps) => {
  const { field, name, takes, price, value } = unit
  const notes = { field, faults, hint: takes > 1 ? r.say('units.takes', { count: takes }) : undefined }
  return (
    <div class="unit field">
      <div>
        <label for={fieldId(field)}>
          <bdi>{name}</bdi>
          {price ? (
            <span class="quiet">
              {' '}
              {price.amountMinor === 0 ? r.say('price.free') : <Amount r={r} money={price} />}
            </span>
          ) : null}
        </label>
        <Notes {...notes} />
      </div>
      <input
        {...noted(notes)}
        type="text"
        inputmode="numeric"
        autocomplete="off"
        maxlength={3}
        value={typeof value === 'number' ? formatNumber(r.locale, value) : value}
      />
    </div>
  )
}

/** How many of each kind of ticket; figures may be typed in any digits. */
export const UnitPicker = ({ r, units, faults }: { r: Reader; units: UnitChoice[]; faults: Fault[] }) => (
  <fieldset class="units">
    <legend>{r.say('find.who')}</legend>
    {units.map((unit) => (
      <Unit r={r} unit={unit} faults={faults} />
    ))}
  </fieldset>
)
