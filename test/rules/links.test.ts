import { expect, test } from 'vitest'
import { newId } from '../../src/kernel/ids.ts'
import { linkToken, officeToken, readLink, ticketToken, workOrderToken } from '../../src/people/links.ts'

const secret = 'of this test'
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

test('a link opens what it was made for, and no other spelling of its token opens anything', async () => {
  const [booking, location, ticket] = [newId('bkg', 1), newId('loc', 1), newId('tkt', 1)]
  const order = newId('wrk', 1)
  for (const [token, subject] of [
    [await linkToken(secret, booking), booking],
    [await workOrderToken(secret, order), order],
    [await officeToken(secret, order), `${order}/office`],
    [await ticketToken(secret, location, ticket), `${location}/${ticket}`],
  ] as const) {
    // The last character has two bits that say nothing: they are no licence to write the token in other ways.
    for (const last of letters) {
      const opened = await readLink(secret, token.slice(0, -1) + last)
      expect([last, opened]).toEqual([last, last === token.at(-1) ? subject : undefined])
    }
    for (const other of [`${token}A`, token.slice(0, -1), ` ${token}`, token.toUpperCase()])
      expect(await readLink(secret, other)).toBeUndefined()
    expect(await readLink('of another deployment', token)).toBeUndefined()
  }
})
