// A Worker for the tests of the runtime: a POST or a trigger writes one line, a GET lists what is written.
// wrangler.toml binds it, so every entry has it.
export { LocationQueue } from '../../src/queue/index.ts'

export default {
  async fetch(request, env): Promise<Response> {
    if (request.method === 'POST') await write(env.DB, await request.text())
    return Response.json(await read(env.DB))
  },
  async scheduled(event, env): Promise<void> {
    await write(env.DB, `${event.cron} at ${event.scheduledTime}`)
  },
} satisfies ExportedHandler<Env>

async function read(db: D1Database): Promise<string[]> {
  const table = db.prepare('CREATE TABLE IF NOT EXISTS ledger (line TEXT)')
  const lines = db.prepare('SELECT line FROM ledger ORDER BY rowid')
  const [, found] = await db.batch<{ line: string }>([table, lines])
  return found?.results.map((row) => row.line) ?? []
}

async function write(db: D1Database, line: string): Promise<void> {
  await read(db)
  await db.prepare('INSERT INTO ledger VALUES (?)').bind(line).run()
}
