import { createHash } from 'node:crypto'
import { readLog } from '../backtest/read-log.ts'
import { type Counts, countDifferences, type Days, daysOf, totalOf } from './calls.ts'
import { type Centre, serviceOf, setUpCentre } from './centre.ts'
import { Client } from './client.ts'
import { type Common, onInterrupt, readCommon, readFile } from './command.ts'
import { driveCalls } from './drive-calls.ts'
import { Ending } from './ending.ts'
import { Journal } from './journal.ts'
import { showProgress } from './progress.ts'
import { complaint } from './report.ts'
import { Run } from './run.ts'
import { type Quote, scoreOf } from './score.ts'
import { readPlayed, readQuotes } from './told.ts'

const usage = 'Usage: npm run replay -- queue <events.jsonl.gz> --day <n> [--days <n>]'

/** What `--json` prints. Of nobody who was told a wait and called there is no error and no share. */
type Figures = Counts & {
  /** Waits that were foretold, with what came of them. */
  quotes: number
  /** Mean absolute error of the medians of those who were called, in seconds. */
  mae_s: number | null
  /** Share of those that was called within the range that they were told. */
  insideRange: number | null
  /** Commands since this process began, each waited for. */
  eventsPerSecond: number
}

/**
 * Replays days of a log of waits on a running server: its own times, its own choice of who takes whom.
 *
 * @returns the exit code: 0 when joined, called, served and abandoned are the log's for every service, else 1
 * @throws {Ending} 2 for arguments or a log that cannot be used, 75 when the server is gone, 1 for an answer not foreseen
 */
export async function replayQueue(args: string[]): Promise<number> {
  const { log, day, days, json, journal: path, restart, credentials } = readOptions(args)
  const { meta, events } = readLog(log)
  if (meta.discipline.type !== 'fifo')
    throw new Ending(2, `${log} is of an office that does not call by arrival: it cannot be replayed.`)
  const played = daysOf(events, day, days)
  if (played.steps.length === 0) throw new Ending(2, `${log} has nothing on these days.`)

  const hash = createHash('sha256').update(readFile(log)).digest('hex')
  const journal = Journal.open(path, { replay: 'queue', log: hash, day, days }, restart)
  const client = new Client(credentials.baseUrl)
  const progress = showProgress(played.steps.length, json)
  if (journal.resumed && !json) console.error('Goes on where the same command was broken off.')
  const stopAsking = onInterrupt(progress)
  try {
    const run = new Run(client, journal, credentials)
    const centre = await setUpCentre(run, meta, played)
    const started = performance.now()
    const taken = await driveCalls(run, centre, played.steps, played.until, (done, t) =>
      progress.at(done, new Date(t).toISOString().slice(0, 10)),
    )
    const seconds = (performance.now() - started) / 1000
    progress.stop()
    const { figures, counts, faults } = await compare(run, centre, played, taken / seconds)
    journal.keep('finished', figures)
    console.log(json ? JSON.stringify(figures) : reportOf(played, counts, figures))
    if (faults.length > 0) console.error(complaint('The server and the log disagree:', faults).join('\n'))
    else if (!json) console.log('Equal to the log for every service; the stream has no gap.')
    return faults.length > 0 ? 1 : 0
  } finally {
    stopAsking()
    progress.stop()
    client.close()
    journal.close()
  }
}

async function compare(run: Run, { location }: Centre, { from, counts }: Days, perSecond: number) {
  const played = await readPlayed(run, location, from)
  const quotes = await readQuotes(run, location)
  const log = new Map([...counts].map(([service, own]) => [serviceOf(service), own]))
  const figures: Figures = {
    ...totalOf(played.counts.values()),
    quotes: quotes.filter(({ outcome }) => outcome !== null).length,
    ...scoreOf(quotes, played.called),
    eventsPerSecond: Math.round(10 * perSecond) / 10,
  }
  const faults = [
    ...countDifferences(log, played.counts),
    ...played.faults,
    ...quotes.filter((one) => isOpen(one, played.called)).map(({ id }) => `quote ${id} has no outcome`),
  ]
  return { figures, counts: played.counts, faults }
}

/** Whoever was called waits no more. */
const isOpen = ({ outcome, ticketId }: Quote, called: Map<string, number>) =>
  outcome === null && called.has(ticketId)

const number = (value: number) => String(value).padStart(11)

/** The figures, for people. */
function reportOf({ from, until }: Days, counts: Map<string, Counts>, figures: Figures): string {
  const date = (at: number) => new Date(at).toISOString().slice(0, 10)
  const row = (name: string, { joined, called, served, abandoned }: Counts) =>
    `  ${name.padEnd(10)}${[joined, called, served, abandoned].map(number).join('')}`
  const { quotes, mae_s, insideRange, eventsPerSecond } = figures
  const told =
    mae_s === null || insideRange === null
      ? []
      : [`  off by ${mae_s} s in the mean; ${(100 * insideRange).toFixed(1)}% were called inside their range`]
  return [
    `From ${date(from)} to ${date(until - 1)}`,
    `  service   ${['joined', 'called', 'served', 'abandoned'].map((name) => name.padStart(11)).join('')}`,
    ...[...counts].sort().map(([name, own]) => row(name, own)),
    row('all', figures),
    `  ${quotes} waits foretold, with what came of them`,
    ...told,
    `  ${eventsPerSecond} events a second`,
  ].join('\n')
}

function readOptions(args: string[]): Common & { day: number; days: number } {
  const options = readCommon(args, 'queue', ['day', 'days'], usage)
  const [day, days] = [Number(options.own.day), Number(options.own.days ?? 1)]
  if (![day, days].every((one) => Number.isSafeInteger(one) && one > 0)) throw new Ending(2, usage)
  return { ...options, day, days }
}
