import { formatMoney, formatNumber } from '../../kernel/format.ts'
import type { Reader } from '../reader.ts'
import type { Price } from '../views.ts'
import { Amount } from './text.tsx'

/** What it costs, line by line; nothing is added later. */
export const PriceSummary = ({ r, price }: { r: Reader; price: Price }) => (
  <table class="price">
    <caption>{r.say('price.title')}</caption>
    <tbody>
      {price.lines.map((line) => (
        <tr>
          <th scope="row">
            <bdi>
              {r.say('price.line', {
                count: formatNumber(r.locale, line.count),
                name: line.name,
                each: formatMoney(r.locale, line.each),
              })}
            </bdi>
          </th>
          <td>
            <Amount r={r} money={line.sum} />
          </td>
        </tr>
      ))}
    </tbody>
    <tfoot>
      <tr>
        <th scope="row">{r.say('price.total')}</th>
        <td>{price.total.amountMinor === 0 ? r.say('price.free') : <Amount r={r} money={price.total} />}</td>
      </tr>
    </tfoot>
  </table>
)
