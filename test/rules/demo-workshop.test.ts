import { expect, test } from 'vitest'
import { courierFirm, hoursOf, workServices, zone } from '../../scripts/demo/workshop.ts'
import { jobsOf } from '../../scripts/demo/workshop-jobs.ts'
import { timesOf, workHistoryBody } from '../../src/work/history.ts'
import { replay } from '../../src/work/replay.ts'
import { workSetupBody } from '../../src/work/setup-contract.ts'

/** The demo is made at whatever hour somebody starts it: its jobs must then have been possible. */

const hour = 3_600_000
const monday = Date.parse('2026-11-23T00:20:00Z')

test('the jobs of the demo’s workshop go through the rules at any hour of a week', () => {
  const setup = {
    ...workSetupBody.parse({ services: workServices, quoteHours: 48, accounts: [courierFirm] }),
    revision: 1,
  }
  // Fourteen hours and six minutes reach every part of the day within a week.
  for (let n = 0; n < 12; n++) {
    const now = monday + n * 14.1 * hour
    const hours = hoursOf(now)
    const { jobs, toAnswer } = jobsOf(now, { hours, zone })
    const timed = timesOf(workHistoryBody.parse({ jobs }).jobs, now)
    const played = timed.ok ? replay(timed.value, { id: 'loc', hours, zone }, setup, 'staff') : timed
    const when = new Date(now).toISOString()
    expect([when, played.ok || played.problem]).toEqual([when, true])
    if (!played.ok) continue
    const last = played.value.orders.map((states) => states.at(-1))
    expect(last.filter((one) => one?.order.due_at === null)).toHaveLength(70)
    expect([last.length, last[toAnswer]?.order.status]).toEqual([84, 'quoted'])
    expect(last[toAnswer]?.order).toMatchObject({
      account: 'havenkoerier',
      items: expect.stringContaining('Courier'),
    })
  }
})
